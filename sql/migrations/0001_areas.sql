-- The dated tree of areas. A node lives from valid_from to valid_to (exclusive); its parent may change over time.
-- Levels are numbers here; their names live in etl/domain/area.py only.
CREATE TABLE area (
    area_id    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text NOT NULL UNIQUE,
    level      smallint NOT NULL CHECK (level BETWEEN 0 AND 4),
    kind       text NOT NULL DEFAULT 'administrative'
               CHECK (kind IN ('administrative', 'organisation', 'unknown')),
    name_zh    text NOT NULL,
    name_en    text NOT NULL,
    sort_key   text NOT NULL DEFAULT '',          -- pinyin; the store needs no Chinese collation
    lon        double precision,
    lat        double precision,
    boundary   jsonb,                              -- GeoJSON geometry of the operator's own
    urban      boolean,
    valid_from date NOT NULL DEFAULT '1900-01-01',
    valid_to   date NOT NULL DEFAULT 'infinity',
    CHECK (valid_from < valid_to)
);
CREATE INDEX area_by_level ON area (level);

CREATE TABLE area_parent (
    area_id    integer NOT NULL REFERENCES area,
    parent_id  integer NOT NULL REFERENCES area,
    valid_from date NOT NULL DEFAULT '1900-01-01',
    valid_to   date NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (area_id, valid_from),
    CHECK (valid_from < valid_to),
    CHECK (area_id <> parent_id)
);

-- Every (ancestor, descendant) pair, the node itself included, with the dates it held.
CREATE TABLE area_closure (
    ancestor_id   integer NOT NULL REFERENCES area,
    descendant_id integer NOT NULL REFERENCES area,
    depth         smallint NOT NULL,
    valid_from    date NOT NULL,
    valid_to      date NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id, valid_from)
);
CREATE INDEX area_closure_up ON area_closure (descendant_id, valid_from);

CREATE FUNCTION rebuild_area_closure() RETURNS void LANGUAGE sql AS $$
    DELETE FROM area_closure;
    INSERT INTO area_closure (ancestor_id, descendant_id, depth, valid_from, valid_to)
    WITH RECURSIVE up AS (
        SELECT area_id AS descendant_id, area_id AS ancestor_id, 0::smallint AS depth, valid_from, valid_to
        FROM area
        UNION ALL
        SELECT up.descendant_id, p.parent_id, (up.depth + 1)::smallint,
               greatest(up.valid_from, p.valid_from), least(up.valid_to, p.valid_to)
        FROM up JOIN area_parent p ON p.area_id = up.ancestor_id
         AND p.valid_from < up.valid_to AND up.valid_from < p.valid_to
    )
    SELECT ancestor_id, descendant_id, depth, valid_from, valid_to FROM up WHERE valid_from < valid_to;
$$;

-- What the tree was cut or joined from: a split grid keeps its history through this.
CREATE TABLE area_change (
    changed_on  date NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('split', 'merge', 'move')),
    from_id     integer NOT NULL REFERENCES area,
    to_id       integer NOT NULL REFERENCES area,
    PRIMARY KEY (changed_on, from_id, to_id)
);

-- Other names an area goes by in a feed (an old name, a branch's short name).
CREATE TABLE area_alias (
    alias   text NOT NULL,
    area_id integer NOT NULL REFERENCES area,
    PRIMARY KEY (alias, area_id)
);

CREATE TABLE touchpoint (
    touchpoint_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code          text NOT NULL UNIQUE,
    kind          text NOT NULL CHECK (kind IN ('hall', 'hotline', 'app', 'engineer')),
    name_zh       text NOT NULL,
    name_en       text NOT NULL,
    area_id       integer NOT NULL REFERENCES area,
    lon           double precision,
    lat           double precision,
    valid_from    date NOT NULL DEFAULT '1900-01-01',
    valid_to      date NOT NULL DEFAULT 'infinity'
);
CREATE INDEX touchpoint_by_area ON touchpoint (area_id);
