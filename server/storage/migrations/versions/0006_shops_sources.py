"""How a shop's products are read and refreshed, and everything that a buyer asks of one."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SHOPS = (
    ("form", sa.String(16), "feed"),
    ("currency", sa.String(3), None),
    ("site", sa.Text(), None),
    ("version", sa.JSON(), None),
    ("every_hours", sa.Integer(), "0"),
    ("checked_at", sa.DateTime(timezone=True), None),
    ("note", sa.JSON(), None),
    ("attempts", sa.Integer(), "0"),
    ("unfinished_since", sa.Integer(), "0"),
)
_PRODUCTS = (
    ("size", sa.Text(), None),
    ("gender", sa.String(8), None),
    ("pictures", sa.JSON(), None),
    ("shipping", sa.JSON(), None),
    ("sale_price", sa.String(32), None),
    ("sale_starts", sa.DateTime(timezone=True), None),
    ("sale_ends", sa.DateTime(timezone=True), None),
    ("left_out", sa.String(24), None),
    ("page_version", sa.String(64), None),
    ("seen", sa.Integer(), "0"),
    ("gone_at", sa.DateTime(timezone=True), None),
)
_TABLES = {"shops": _SHOPS, "products": _PRODUCTS}


def upgrade() -> None:
    for name, columns in _TABLES.items():
        with op.batch_alter_table(name) as table:
            for column, kind, default in columns:
                table.add_column(
                    sa.Column(column, kind, nullable=default is None, server_default=default)
                )


def downgrade() -> None:
    for name, columns in _TABLES.items():
        with op.batch_alter_table(name) as table:
            for column, _, _ in columns:
                table.drop_column(column)
