"""Types to begin with, per sector: software, training, property, cars, workshops."""

from typing import Any


def _both(*rows: tuple[str, str]) -> list[dict[str, str]]:
    return [{"en": en, "id": other} for en, other in rows]


READY: tuple[dict[str, Any], ...] = (
    {
        "format": "software", "name_en": "Software demo", "name_id": "Demo perangkat lunak", "minutes": 45,
        "place": "online",
        "checklist": _both(
            ("Load an example from their own trade", "Siapkan contoh dari bidang usaha mereka"),
            ("Leave out what they did not ask for", "Lewati hal yang tidak mereka tanyakan"),
            ("Plan ten minutes in which they click themselves", "Sediakan sepuluh menit agar mereka mencoba sendiri"),
            ("Test sound, picture and sign-in", "Uji suara, gambar, dan akses masuk"),
        ),
    },
    {
        "format": "software", "name_en": "Guided trial", "name_id": "Uji coba terpandu", "minutes": 60, "place": "online",
        "checklist": _both(
            ("Make an account with their data", "Buat akun dengan data mereka"),
            ("Agree on what the trial must prove", "Sepakati apa yang harus dibuktikan"),
        ),
    },
    {
        "format": "class", "name_en": "Trial class", "name_id": "Kelas percobaan", "minutes": 90, "place": "ours",
        "checklist": _both(
            ("Know the goal and the level of each participant", "Ketahui tujuan dan tingkat tiap peserta"),
            ("Prepare one exercise with a visible result", "Siapkan satu latihan dengan hasil yang terlihat"),
            ("Put the dates and prices of the next course ready", "Siapkan jadwal dan harga kursus berikutnya"),
        ),
    },
    {
        "format": "viewing", "name_en": "Property viewing", "name_id": "Kunjungan properti", "minutes": 60,
        "place": "elsewhere",
        "checklist": _both(
            ("Fetch the keys and switch on light and air", "Ambil kunci, nyalakan lampu dan pendingin udara"),
            ("Bring floor plan, papers and running costs", "Bawa denah, surat-surat, dan biaya bulanan"),
            ("Know two alternatives nearby", "Siapkan dua pilihan lain di sekitar"),
        ),
    },
    {
        "format": "drive", "name_en": "Test drive", "name_id": "Uji kendara", "minutes": 45, "place": "ours",
        "checklist": _both(
            ("Check licence and insurance", "Periksa SIM dan asuransi"),
            ("Clean car, full tank, seat and mirrors set", "Mobil bersih, bensin penuh, kursi dan spion diatur"),
            ("Choose a route with city and open road", "Pilih rute dalam kota dan jalan bebas"),
        ),
    },
    {
        "format": "workshop", "name_en": "Workshop", "name_id": "Lokakarya", "minutes": 180, "place": "theirs",
        "checklist": _both(
            ("Agree on the question to be answered", "Sepakati pertanyaan yang harus terjawab"),
            ("Know who comes and what each one wants", "Ketahui siapa yang hadir dan apa maunya"),
        ),
    },
)  # fmt: skip

# The formats that go with a pipeline template of `records.deals.ready`.
OF_TEMPLATES: dict[str, tuple[str, ...]] = {
    "software": ("software", "workshop"), "training": ("class",), "property": ("viewing",), "cars": ("drive",),
}  # fmt: skip
