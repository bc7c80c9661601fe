"""Saved things, garments that were looked at, small pictures, and what was put away."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CLICKS = (("gtin", sa.String(14)), ("picture", sa.String(64)))
_PUT_AWAY = (
    ("of_offer", sa.String(64)),
    ("category", sa.String(32)),
    ("title", sa.Text()),
    ("link", sa.Text()),
    ("shop", sa.Text()),
    ("price", sa.String(32)),
    ("currency", sa.String(3)),
    ("picture", sa.String(64)),
)
_TABLES = {"clicks": _CLICKS, "put_away": _PUT_AWAY}


def upgrade() -> None:
    for name, columns in _TABLES.items():
        with op.batch_alter_table(name) as table:
            for column, kind in columns:
                table.add_column(sa.Column(column, kind, nullable=True))
    op.create_table(
        "kept_pictures",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_kept_pictures_created_at", "kept_pictures", ["created_at"])
    op.create_table(
        "seen_garments",
        sa.Column(
            "look_id",
            sa.String(32),
            sa.ForeignKey("looks.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_seen_garments_created_at", "seen_garments", ["created_at"])
    op.create_table(
        "saved_lists",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "saved",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(160), nullable=False, unique=True),
        sa.Column("list_id", sa.Integer(), sa.ForeignKey("saved_lists.id", ondelete="SET NULL")),
        sa.Column("look_id", sa.String(32), sa.ForeignKey("looks.id", ondelete="SET NULL")),
        sa.Column("garment", sa.Integer()),
        sa.Column("category", sa.String(32)),
        sa.Column("texts", sa.JSON()),
        sa.Column("provider", sa.String(40)),
        sa.Column("offer_id", sa.String(64)),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("link", sa.Text()),
        sa.Column("shop", sa.Text()),
        sa.Column("price", sa.String(32)),
        sa.Column("currency", sa.String(3)),
        sa.Column("gtin", sa.String(14)),
        sa.Column("picture", sa.String(64)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_saved_list_id", "saved", ["list_id"])
    op.create_index("ix_saved_look_id", "saved", ["look_id"])


def downgrade() -> None:
    for name in ("saved", "saved_lists", "seen_garments", "kept_pictures"):
        op.drop_table(name)
    for name, columns in _TABLES.items():
        with op.batch_alter_table(name) as table:
            for column, _ in columns:
                table.drop_column(column)
