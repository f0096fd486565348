from django import forms
from django.utils.translation import gettext_lazy as _

from siklus.platform.imports.importer import importers


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is in the file?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel, up to a million rows. The first line holds the names of the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        order = ("leads", "deals", "companies", "contacts", "products", "users")
        known = importers()
        self.fields["kind"].choices = [(kind, known[kind].label) for kind in order if kind in known]  # type: ignore[attr-defined]
