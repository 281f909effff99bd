"""The functions that the server runs after each change of the schema.

They run as their owner, who alone may write to the ledger, and find nothing by a search
path. What they fail at is a warning to whoever changes the schema, never an error, and
they wait for no lock for long.
"""

from __future__ import annotations

SCHEMA = "schemaguard_ledger"
RUN = "schemaguard.run"  # The setting by which a run of ours says who it is.
LONGEST = 4_000  # Characters kept of a statement.

# All may be NULL, so that a later version can add some to the rows of an earlier one.
COLUMNS = (
    ("at", "timestamptz"),
    ("role", "text"),
    ("login", "text"),
    ("application", "text"),
    ("client", "text"),
    ("command", "text"),
    ("dropped", "boolean"),
    ("object_type", "text"),
    ("object_identity", "text"),
    ("object_schema", "text"),
    ("object_table", "text"),
    ("object_name", "text"),
    ("object_oid", "oid"),
    ("statement", "text"),
    ("transaction", "bigint"),
    ("run", "text"),
)

_NAMES = ", ".join(name for name, _ in COLUMNS)

# A password in quotes inside quotes, in quotes, and bare in the text of a connection.
# The pattern of a literal ends with the text, too, for that may have been cut.
_SECRETS = (
    (r"(passw(?:or)?d\s*=?\s*)(?:''|\\')[^'\\]*", r"\1***"),
    (r"(passw(?:or)?d\s*=?\s*(?:e|u&)?)'(?:[^']|'')*(?:'|$)", r"\1''***''"),
    (r"(passw(?:or)?d\s*=\s*)[^\s';,)]+", r"\1***"),
)


def _blotted(text: str) -> str:
    for pattern, blot in _SECRETS:
        text = f"regexp_replace({text}, $re${pattern}$re$, '{blot}', 'gi')"
    return text


_STATEMENT = f"left({_blotted(f'left(current_query(), {2 * LONGEST})')}, {LONGEST})"

# The role that SET ROLE chose, since the function itself runs as its owner.
_WHO = """clock_timestamp(),
    coalesce(nullif(current_setting('role'), 'none'), session_user),
    session_user,
    coalesce(current_setting('application_name', true), ''),
    host(inet_client_addr())"""

_BY = f"""{_STATEMENT},
    pg_current_xact_id()::text::bigint,
    coalesce(current_setting('{RUN}', true), '')"""

_FUNCTION = f"""CREATE OR REPLACE FUNCTION {SCHEMA}.{{name}}() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
SET lock_timeout = '500ms'
AS $ledger$
BEGIN
  INSERT INTO {SCHEMA}.entry ({_NAMES})
{{rows}};
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'schemaguard ledger: % was not noted: %', tg_tag, SQLERRM;
END
$ledger$"""

# Names stand in an address without quotes: schema and name; for what belongs to a table
# schema, table and name. An index has a table, and its address does not say which.
_END = f"""  SELECT {_WHO},
    command.command_tag, false, command.object_type,
    coalesce(command.object_identity, ''),
    CASE WHEN cardinality(address.object_names) = 3 THEN address.object_names[1]
         ELSE command.schema_name END,
    CASE
      WHEN cardinality(address.object_names) = 3 THEN address.object_names[2]
      WHEN command.object_type = 'index' THEN (
        SELECT rel.relname FROM pg_class rel
          JOIN pg_index ind ON ind.indrelid = rel.oid
         WHERE ind.indexrelid = command.objid)
      WHEN command.classid = 'pg_class'::regclass THEN address.object_names[2]
    END,
    CASE WHEN command.classid = 'pg_type'::regclass THEN (
           SELECT typname FROM pg_type WHERE oid = command.objid)
         ELSE address.object_names[cardinality(address.object_names)] END,
    command.objid,
    {_BY}
  FROM pg_event_trigger_ddl_commands() command
  LEFT JOIN LATERAL pg_identify_object_as_address(
    command.classid, command.objid, command.objsubid) address ON true
 WHERE NOT command.in_extension
   AND command.schema_name IS DISTINCT FROM 'pg_temp'
   AND address.object_names[1] IS DISTINCT FROM 'pg_temp'
   AND command.command_tag NOT IN ('REFRESH MATERIALIZED VIEW', 'REINDEX')"""  # noqa: S608

# Of what goes along with something else, types and the triggers of foreign keys tell
# nothing more.
_DROP = f"""  SELECT {_WHO},
    tg_tag, true, gone.object_type, gone.object_identity,
    CASE WHEN cardinality(gone.address_names) = 3 THEN gone.address_names[1]
         ELSE gone.schema_name END,
    CASE
      WHEN cardinality(gone.address_names) = 3 THEN gone.address_names[2]
      WHEN gone.classid = 'pg_class'::regclass AND gone.object_type <> 'index'
      THEN gone.address_names[2]
    END,
    coalesce(gone.object_name, gone.address_names[cardinality(gone.address_names)]),
    gone.objid,
    {_BY}
  FROM pg_event_trigger_dropped_objects() gone
 WHERE NOT gone.is_temporary
   AND gone.schema_name IS DISTINCT FROM 'pg_toast'
   AND (gone.original
        OR gone.object_type IN (
             'schema', 'table', 'table column', 'table constraint', 'index',
             'sequence', 'view', 'materialized view', 'foreign table')
        OR gone.normal
           AND gone.object_type IN ('default value', 'policy', 'trigger'))"""  # noqa: S608

NOTE_END = _FUNCTION.format(name="note_end", rows=_END)
NOTE_DROP = _FUNCTION.format(name="note_drop", rows=_DROP)
