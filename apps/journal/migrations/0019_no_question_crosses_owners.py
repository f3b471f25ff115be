"""That an entry answers a question stays with one owner, in the database too.

The words are shipped (and have no owner) or the owner's own, which no foreign key can say.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE journal_entryquestion ADD CONSTRAINT entry_question_of_own_entry
    FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE journal_entryquestion ADD CONSTRAINT entry_question_of_own_serving
    FOREIGN KEY (owner_id, serving_id) REFERENCES prompts_serving (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
CREATE TRIGGER entryquestion_wording_id_within_owner
    BEFORE INSERT OR UPDATE OF owner_id, wording_id ON journal_entryquestion
    FOR EACH ROW
    EXECUTE FUNCTION throughline_within_owner('wording_id', 'prompts_wording', 'open');
"""

BACKWARD = """
DROP TRIGGER entryquestion_wording_id_within_owner ON journal_entryquestion;
ALTER TABLE journal_entryquestion DROP CONSTRAINT entry_question_of_own_serving;
ALTER TABLE journal_entryquestion DROP CONSTRAINT entry_question_of_own_entry;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0018_entries_answer_questions"),
        ("prompts", "0002_words_are_kept_and_nothing_crosses_owners"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
