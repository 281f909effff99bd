from __future__ import annotations

from django.db import models

from tests.apps.kitchen.models.keys import (
    SmallKeyed,
    TextKeyed,
    Trunk,
    TrunkProxy,
    UUIDKeyed,
)


class Question(models.Model):
    text = models.TextField()


class Answer(models.Model):
    question = models.ForeignKey(Question, models.CASCADE)

    class Meta:
        order_with_respect_to = "question"


class Relations(models.Model):
    small = models.ForeignKey(SmallKeyed, models.CASCADE)
    text = models.ForeignKey(TextKeyed, models.PROTECT)
    uuid = models.ForeignKey(UUIDKeyed, models.SET_NULL, null=True)
    by_name = models.ForeignKey(
        Trunk, models.CASCADE, to_field="name", related_name="by_name"
    )
    proxy = models.ForeignKey(TrunkProxy, models.CASCADE, related_name="by_proxy")
    parent = models.ForeignKey("self", models.CASCADE, null=True)
    only = models.OneToOneField(Question, models.CASCADE)
    loose = models.ForeignKey(
        Question, models.DO_NOTHING, db_constraint=False, related_name="loose"
    )
    unindexed = models.ForeignKey(
        Question, models.CASCADE, db_index=False, related_name="unindexed"
    )
    renamed = models.ForeignKey(
        Question, models.CASCADE, db_column="Other Question", related_name="renamed"
    )


class Woven(models.Model):
    plain = models.ManyToManyField(Question)
    own = models.ManyToManyField("self", symmetrical=False)
    texts = models.ManyToManyField(TextKeyed, db_table="Kitchen Woven Texts")
    loose = models.ManyToManyField(UUIDKeyed, db_constraint=False)
    smalls = models.ManyToManyField(SmallKeyed, through="Enrolment")


class Enrolment(models.Model):
    woven = models.ForeignKey(Woven, models.CASCADE)
    small = models.ForeignKey(SmallKeyed, models.CASCADE)
    grade = models.IntegerField(null=True)

    class Meta:
        unique_together = [("woven", "small")]


class Unmanaged(models.Model):
    name = models.CharField(max_length=20)
    questions = models.ManyToManyField(Question)

    class Meta:
        managed = False
        db_table = "kitchen_by_hand"


class Tool(models.Model):
    """Swapped out where KITCHEN_TOOL_MODEL names another model."""

    name = models.CharField(max_length=20)
    questions = models.ManyToManyField(Question)

    class Meta:
        swappable = "KITCHEN_TOOL_MODEL"


class SpareTool(models.Model):
    name = models.CharField(max_length=20)
