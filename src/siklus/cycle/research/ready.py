"""A checklist to begin with: (English, Indonesian, the part of the dossier that answers it)."""

from siklus.cycle.research.models import WHY

READY = (
    ("What does the company do, and for whom?", "Apa usaha perusahaan ini, dan untuk siapa?", "products"),
    ("Is it growing or shrinking?", "Sedang tumbuh atau menyusut?", "growth"),
    ("Who decides, and who is in the way?", "Siapa yang memutuskan, dan siapa yang menghalangi?", "people"),
    (
        "What happened there in the last three months?",
        "Apa yang terjadi di sana dalam tiga bulan terakhir?",
        "news",
    ),
    ("Whom else do they buy from?", "Dari siapa lagi mereka membeli?", "competitors"),
    ("Why do we matter to them?", "Mengapa kita penting bagi mereka?", WHY),
)
