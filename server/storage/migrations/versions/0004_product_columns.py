"""Drop what was stored of each product and never read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("products") as table:
        table.drop_column("product_type")
        table.drop_column("updated_at")


def downgrade() -> None:
    with op.batch_alter_table("products") as table:
        table.add_column(sa.Column("product_type", sa.Text(), nullable=True))
        # Rows of before get the time of the downgrade; nothing reads it.
        table.add_column(
            sa.Column(
                "updated_at",
                sa.DateTime(timezone=True),
                nullable=False,
                server_default=sa.func.now(),
            )
        )
