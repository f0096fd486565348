from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from siklus.records.companies.models import Company
from siklus.records.deals.models import Deal

GRADES = ("A", "B", "C", "D")


class Because(models.TextChoices):
    """Why a grade changed."""

    PROFILE = "profile", _("the profile changed")
    RECORD = "record", _("its values changed")


class Profile(models.Model):
    """An ideal customer. What it asks for stands in its versions, the last of which holds."""

    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(is_active=False), name="retired_profile_is_not_active"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ProfileVersion(models.Model):
    """What a profile asked for at a time: criteria as `scoring.Criterion.stored`, and the shares that grades begin at."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    criteria = models.JSONField()
    from_a = models.PositiveSmallIntegerField(default=80)
    from_b = models.PositiveSmallIntegerField(default=60)
    from_c = models.PositiveSmallIntegerField(default=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["profile", "number"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "number"], name="profile_version_once"),
            models.CheckConstraint(
                condition=Q(from_a__lte=100, from_b__lt=models.F("from_a"), from_c__lt=models.F("from_b")),
                name="profile_version_grades_descend",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.number}"


class Fit(models.Model):
    """How well a record fits. `marks` has a sign for each criterion: + met, - missed, ? unknown, . not asked."""

    is_computed = True  # follows from other tables: merges leave it, and nothing is kept for its sake

    version = models.ForeignKey(ProfileVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    share = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=1)
    marks = models.CharField(max_length=40)
    since = models.DateTimeField()

    class Meta:
        abstract = True


class CompanyFit(Fit):
    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="fit")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(grade__in=GRADES), name="company_fit_grade_known"),
            models.CheckConstraint(condition=Q(share__lte=100), name="company_fit_share_percent"),
        ]
        indexes = [models.Index(fields=["grade", "-company"], name="company_fit_grade")]

    def __str__(self) -> str:
        return f"{self.company_id}: {self.grade}"


class LeadFit(Fit):
    deal = models.OneToOneField(Deal, on_delete=models.CASCADE, related_name="fit")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(grade__in=GRADES), name="lead_fit_grade_known"),
            models.CheckConstraint(condition=Q(share__lte=100), name="lead_fit_share_percent"),
        ]
        indexes = [models.Index(fields=["grade", "-deal"], name="lead_fit_grade")]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.grade}"


class GradeChange(models.Model):
    """That a record had another grade before: from when, until when, by which version, and why it ended."""

    is_computed = True

    company = models.ForeignKey(
        Company, null=True, on_delete=models.CASCADE, related_name="grade_changes", db_index=False
    )
    deal = models.ForeignKey(
        Deal, null=True, on_delete=models.CASCADE, related_name="grade_changes", db_index=False
    )
    version = models.ForeignKey(ProfileVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    marks = models.CharField(max_length=40)
    share = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=1)
    became = models.CharField(max_length=1, blank=True, default="")
    since = models.DateTimeField()
    at = models.DateTimeField()
    because = models.CharField(max_length=8, choices=Because.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(company=None, deal__isnull=False) | Q(company__isnull=False, deal=None),
                name="grade_change_of_one_record",
            ),
            models.CheckConstraint(condition=Q(because__in=Because.values), name="grade_change_reason_known"),
        ]
        indexes = [
            models.Index(
                fields=["company", "-at"], name="grade_change_company", condition=Q(company__isnull=False)
            ),
            models.Index(fields=["deal", "-at"], name="grade_change_deal", condition=Q(deal__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.grade} → {self.became}"
