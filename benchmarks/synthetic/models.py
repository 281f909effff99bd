"""The models, made in a loop."""

from __future__ import annotations

from django.db import models

from benchmarks.synthetic import shape

for _number in range(shape.TABLES):
    _meta = type("Meta", (), {"app_label": "synthetic", **shape.options(_number)})
    _name = shape.name(_number)
    globals()[_name] = type(
        _name,
        (models.Model,),
        {"__module__": __name__, "Meta": _meta, **dict(shape.fields(_number))},
    )
