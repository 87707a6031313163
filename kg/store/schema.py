"""The tables of the database file.

A paper's row is never changed: a paper that changed gets a new row, and the old one is no
longer `live` but stays until the graph follows. So the graph, whose evidence points into the
rows' text, is whole at any moment, however a build ends.

What brings the graph up to date keeps books of its own (see `kg.store.update`): `due` are papers
that came or went since; `written` has the edges that a paper states; `named` what papers call
things (`n` is a hash of `said`), in which papers, and the node that it is; `tie` the keys that
connect names to a world; `node.content` a hash of a node's names and ledger, `node.family` the id
of what it is a variant of; `meta` what the graph was resolved with. `extraction.names` are the
rows in `named` of a paper's entities, in their order. Lists of numbers are packed, 64 bits each.

Columns that say little by themselves: `extraction.facts` is what `kg.store.codec` writes;
`node.paper` is set where the node is a paper; `edge.stated` where its source is one, so that
paths between entities need not touch papers; `naming` holds what a paper calls an entity, for
edges from a paper to one; `alias` why it is that entity's, and how sure that is; `name` finds
nodes by `kg.text.squash` and `fold` of all that they are called (papers: id and title); `ledger`
holds every `kg.resolve.Decision`; `number` what an `achieves` edge reports; `evidence.sentence`
is null where it is the paper's text from `start` to `end`, so that no text is stored twice.
"""

from __future__ import annotations

from typing import Final

#: Marks the file as ours ("kg" and two zeros); another program's database is left alone.
APPLICATION_ID: Final = 0x6B670000
VERSION: Final = 5

SCHEMA: Final = (
    """
    CREATE TABLE paper (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        live INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1)),
        digest TEXT NOT NULL,
        version TEXT NOT NULL,
        title TEXT NOT NULL,
        abstract TEXT NOT NULL,
        authors TEXT NOT NULL,
        year INTEGER,
        venue TEXT NOT NULL,
        url TEXT NOT NULL,
        doi TEXT NOT NULL,
        arxiv_id TEXT NOT NULL
    ) STRICT
    """,
    "CREATE UNIQUE INDEX paper_live ON paper (id) WHERE live",
    """
    CREATE TABLE extraction (
        paper INTEGER PRIMARY KEY REFERENCES paper ON DELETE CASCADE,
        facts TEXT NOT NULL,
        names BLOB NOT NULL
    ) STRICT
    """,
    "CREATE TABLE due (paper INTEGER PRIMARY KEY REFERENCES paper) STRICT",
    "CREATE TABLE written (paper INTEGER PRIMARY KEY REFERENCES paper, edges BLOB NOT NULL) STRICT",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE named (
        n INTEGER PRIMARY KEY,
        said TEXT NOT NULL,
        papers BLOB NOT NULL DEFAULT x'',
        world INTEGER,
        node INTEGER REFERENCES node
    ) STRICT
    """,
    "CREATE INDEX named_world ON named (world)",
    "CREATE TABLE tie (key INTEGER PRIMARY KEY, world INTEGER NOT NULL) STRICT",
    "CREATE INDEX tie_world ON tie (world)",
    """
    CREATE TABLE node (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        label TEXT NOT NULL,
        short TEXT NOT NULL,
        long TEXT NOT NULL,
        papers INTEGER NOT NULL,
        first_year INTEGER,
        last_year INTEGER,
        paper INTEGER REFERENCES paper,
        family TEXT,
        content INTEGER
    ) STRICT
    """,
    "CREATE INDEX node_kind ON node (kind, papers)",
    """
    CREATE TABLE alias (
        node INTEGER NOT NULL REFERENCES node,
        text TEXT NOT NULL,
        papers INTEGER NOT NULL,
        reason TEXT NOT NULL,
        score REAL NOT NULL
    ) STRICT
    """,
    "CREATE INDEX alias_node ON alias (node)",
    """
    CREATE TABLE name (
        key TEXT NOT NULL,
        node INTEGER NOT NULL REFERENCES node,
        PRIMARY KEY (key, node)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE ledger (
        node INTEGER NOT NULL REFERENCES node,
        verdict TEXT NOT NULL,
        name TEXT NOT NULL,
        other TEXT NOT NULL,
        reason TEXT NOT NULL,
        score REAL NOT NULL,
        papers INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX ledger_node ON ledger (node)",
    """
    CREATE TABLE edge (
        n INTEGER PRIMARY KEY,
        source INTEGER NOT NULL REFERENCES node,
        target INTEGER NOT NULL REFERENCES node,
        key TEXT NOT NULL,
        relation TEXT NOT NULL,
        stated INTEGER NOT NULL CHECK (stated IN (0, 1)),
        weight INTEGER NOT NULL,
        confidence REAL NOT NULL,
        UNIQUE (source, target, key)
    ) STRICT
    """,
    "CREATE INDEX edge_target ON edge (target, stated, source)",
    "CREATE INDEX edge_from ON edge (source, target, weight) WHERE NOT stated",
    "CREATE INDEX edge_to ON edge (target, source, weight) WHERE NOT stated",
    """
    CREATE TABLE naming (
        edge INTEGER PRIMARY KEY REFERENCES edge,
        surface TEXT NOT NULL,
        mentions TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE number (
        edge INTEGER PRIMARY KEY REFERENCES edge,
        paper INTEGER NOT NULL REFERENCES paper,
        value TEXT NOT NULL,
        number REAL,
        high REAL,
        unit TEXT NOT NULL,
        dataset INTEGER REFERENCES node,
        baseline INTEGER REFERENCES node,
        relative INTEGER NOT NULL CHECK (relative IN (0, 1))
    ) STRICT
    """,
    "CREATE INDEX number_paper ON number (paper)",
    "CREATE INDEX number_dataset ON number (dataset)",
    "CREATE INDEX number_baseline ON number (baseline)",
    """
    CREATE TABLE evidence (
        edge INTEGER NOT NULL REFERENCES edge,
        paper INTEGER NOT NULL REFERENCES paper,
        i INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        extractor TEXT NOT NULL,
        confidence REAL NOT NULL,
        sentence TEXT,
        PRIMARY KEY (edge, paper, i)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE incidence (name TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE VIRTUAL TABLE words USING fts5 (
        name, body, content = '', tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
)

#: Empties the graph, so that all live papers are due.
CLEAR_GRAPH: Final = (
    "DELETE FROM evidence",
    "DELETE FROM number",
    "DELETE FROM naming",
    "DELETE FROM edge",
    "DELETE FROM ledger",
    "DELETE FROM name",
    "DELETE FROM alias",
    "DELETE FROM node",
    "INSERT INTO words (words) VALUES ('delete-all')",
    "DELETE FROM written",
    "DELETE FROM tie",
    "UPDATE named SET papers = x'', world = NULL, node = NULL",
    "INSERT OR IGNORE INTO due SELECT n FROM paper WHERE live",
)
