from django.db import models
from django.db.models.functions import Lower


class Tag(models.Model):
    name = models.CharField(max_length=60)
    colour = models.CharField(max_length=12, default="slate")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "tag"], name="tagging_once")]
        indexes = [models.Index(fields=["tag", "kind", "object_id"], name="tagged_records")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.tag_id}"
