"""What people corrected in their pictures, and the pictures' hashes to find them by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("looks") as table:
        table.add_column(
            sa.Column("picture_hash", sa.String(64), nullable=False, server_default="")
        )
    # The files are gone: a look of before is told apart by its id, and by nothing else.
    op.execute("UPDATE looks SET picture_hash = id")
    op.create_index("ix_looks_picture_hash", "looks", ["picture_hash"])
    op.create_table(
        "corrections",
        sa.Column("picture_hash", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("garment", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("corrections")
    op.drop_index("ix_looks_picture_hash", "looks")
    with op.batch_alter_table("looks") as table:
        table.drop_column("picture_hash")
