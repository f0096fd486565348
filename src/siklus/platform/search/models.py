from django.db import models


class Document(models.Model):
    """What can be found of one record: its title, a line beside it, and all the text that finds it."""

    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    owner_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=250)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="document_once")]

    def __str__(self) -> str:
        return self.title
