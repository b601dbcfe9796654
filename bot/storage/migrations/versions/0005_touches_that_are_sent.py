"""touches that are sent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.storage.database

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('conversation_tokens', schema=None) as batch_op:
        batch_op.add_column(sa.Column('from_position', sa.Integer(), server_default='1', nullable=False))

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('heard_at', bot.storage.database.UtcDateTime(timezone=True), nullable=True))

    # Who wrote the last word so far is not kept, so it is taken for theirs.
    op.execute("UPDATE conversations SET heard_at = last_message_at")

    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('not_before', bot.storage.database.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.add_column(sa.Column('touch_id', sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column('sent_by', sa.String(length=60), nullable=True))
        batch_op.create_index(batch_op.f('ix_letters_touch_id'), ['touch_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_letters_touch_id'), 'touches', ['touch_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('touches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('conversation_id', sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column('answer', sa.Enum('fine', 'open', 'changed', 'annoyed', 'not_now', 'accepted', 'declined', name='touchanswer', native_enum=False, length=40), nullable=True))
        batch_op.add_column(sa.Column('words', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('answered_at', bot.storage.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_touches_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_touches_changed_at'), ['changed_at'], unique=False)
        batch_op.create_index('ix_touches_state_due_at', ['state', 'due_at'], unique=False)
        batch_op.drop_index(batch_op.f('ix_touches_state'))
        batch_op.create_foreign_key(batch_op.f('fk_touches_conversation_id'), 'conversations', ['conversation_id'], ['id'], ondelete='SET NULL')



def downgrade() -> None:
    with op.batch_alter_table('touches', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_touches_conversation_id'), type_='foreignkey')
        batch_op.create_index(batch_op.f('ix_touches_state'), ['state'], unique=False)
        batch_op.drop_index('ix_touches_state_due_at')
        batch_op.drop_index(batch_op.f('ix_touches_changed_at'))
        batch_op.drop_index(batch_op.f('ix_touches_conversation_id'))
        batch_op.drop_column('answered_at')
        batch_op.drop_column('words')
        batch_op.drop_column('answer')
        batch_op.drop_column('conversation_id')

    with op.batch_alter_table('letters', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_letters_touch_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_letters_touch_id'))
        batch_op.drop_column('sent_by')
        batch_op.drop_column('touch_id')

    with op.batch_alter_table('customers', schema=None) as batch_op:
        batch_op.drop_column('not_before')

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_column('heard_at')

    with op.batch_alter_table('conversation_tokens', schema=None) as batch_op:
        batch_op.drop_column('from_position')

