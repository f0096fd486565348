"""The words of the demo company's world: names, places, prices and what people write about their deals.

All companies and people are invented. Their domains end in .example and their numbers start with +62 86,
which no Indonesian operator has, so that nobody real is ever written to or called.
"""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PEOPLE = (  # key, name, role, team, title
    ("agus", "Agus Setiawan", "operations", "sales", "Sales Operations"),
    ("bram", "Bram Wijaya", "manager", "sales", "Head of Sales"),
    ("sari", "Sari Puspitasari", "marketing", "sales", "Marketing Lead"),
    ("dewi", "Dewi Anggraini", "success", "sales", "Customer Success"),
    ("putri", "Putri Maharani", "people", "sales", "People Partner"),
    ("rani", "Rani Kusuma", "rep", "jakarta", "Account Executive"),
    ("yoga", "Yoga Pratama", "rep", "jakarta", "Account Executive"),
    ("intan", "Intan Permata", "rep", "jakarta", "Account Executive"),
    ("fajar", "Fajar Nugroho", "manager", "surabaya", "Team Lead Surabaya"),
    ("lestari", "Lestari Wulandari", "rep", "surabaya", "Account Executive"),
    ("hendra", "Hendra Gunawan", "rep", "bandung", "Account Executive"),
    ("maya", "Maya Safitri", "rep", "bandung", "Account Executive"),
)
TEAMS = (  # key, name, parent
    ("sales", {"en": "Sales", "id": "Penjualan"}, None),
    ("jakarta", {"en": "Jakarta", "id": "Jakarta"}, "sales"),
    ("surabaya", {"en": "Surabaya", "id": "Surabaya"}, "sales"),
    ("bandung", {"en": "Bandung", "id": "Bandung"}, "sales"),
)
PRODUCTS = (  # key, name, unit price in rupiah
    ("kasir", "Nusa Kasir", 18_000_000),
    ("gudang", "Nusa Gudang", 42_000_000),
    ("klinik", "Nusa Klinik", 65_000_000),
    ("kampus", "Nusa Kampus", 120_000_000),
    ("hris", "Nusa HRIS", 54_000_000),
    ("faktur", "Nusa Faktur", 24_000_000),
    ("analitik", "Nusa Analitik", 88_000_000),
    ("pelatihan", "Pelatihan Implementasi", 12_500_000),
)
STAGES = (  # kind, names, colour, probability, rotting days
    ("prospecting", {"en": "Prospecting", "id": "Prospek"}, "slate", 5, 14),
    ("research", {"en": "Research", "id": "Riset"}, "sky", 10, 14),
    ("contact", {"en": "First contact", "id": "Kontak pertama"}, "blue", 20, 10),
    ("demo", {"en": "Demonstration", "id": "Demo"}, "indigo", 40, 14),
    ("objections", {"en": "Objections", "id": "Keberatan"}, "orange", 60, 14),
    ("closing", {"en": "Closing", "id": "Penutupan"}, "green", 80, 10),
)
SOURCES = ("website", "referral", "event", "whatsapp", "outbound", "partner", "linkedin")
REASONS = {
    "price": {"en": "Price too high", "id": "Harga terlalu tinggi"},
    "competitor": {"en": "Chose a competitor", "id": "Memilih kompetitor"},
    "budget": {"en": "No budget this year", "id": "Tidak ada anggaran tahun ini"},
    "features": {"en": "Missing features", "id": "Fitur kurang lengkap"},
    "timing": {"en": "Bad timing", "id": "Waktu belum tepat"},
    "silence": {"en": "No more answer", "id": "Tidak ada kabar lagi"},
    "unfit": {"en": "Not our kind of customer", "id": "Bukan target kami"},
    "wrong_contact": {"en": "Wrong contact data", "id": "Data kontak salah"},
}
LOST_REASONS = ("price", "price", "competitor", "competitor", "features", "budget")
UNDECIDED_REASONS = ("timing", "silence", "budget")
UNFIT_REASONS = ("unfit", "wrong_contact")

CITIES = {
    "jakarta": ("Jakarta", "Tangerang", "Bekasi", "Depok", "Bogor", "Medan", "Palembang"),
    "surabaya": ("Surabaya", "Malang", "Sidoarjo", "Gresik", "Denpasar", "Makassar"),
    "bandung": ("Bandung", "Cimahi", "Cirebon", "Semarang", "Yogyakarta", "Solo"),
}
FIRST_WORDS = _words(
    """
    Cakra Lentera Samira Arunika Bumantara Cendana Dirga Embun Gantari Harsa Kirana Kencana Lazuardi
    Mahardika Nirwana Pandawa Rimba Saujana Tirta Wangsa Anggrek Bahari Candra Dharma Garuda Jagat
    Kusuma Merapi Nagari
    """
)
SECOND_WORDS = _words(
    """
    Abadi Baru Jaya Karya Lestari Makmur Nusa Persada Raya Sejati Tama Utama
    """
)
SECTORS = (  # sector, pattern, smallest and largest number of employees, how many, products that fit
    ("manufacturing", "PT {0} {1} Manufaktur", 120, 1800, 20, ("gudang", "hris", "analitik")),
    ("logistics", "PT {0} {1} Logistik", 60, 900, 18, ("gudang", "faktur", "analitik")),
    ("distribution", "PT {0} {1} Distribusi", 40, 600, 18, ("gudang", "faktur", "kasir")),
    ("retail", "CV {0} {1}", 8, 120, 24, ("kasir", "faktur", "pelatihan")),
    ("construction", "PT {0} {1} Konstruksi", 80, 1200, 12, ("hris", "faktur", "analitik")),
    ("health", "RS {0} {1}", 150, 1400, 14, ("klinik", "hris", "analitik")),
    ("education", "Universitas {0} {1}", 200, 2500, 10, ("kampus", "hris", "analitik")),
    ("hospitality", "Kopi {0} {1}", 15, 260, 16, ("kasir", "hris", "pelatihan")),
    ("agriculture", "PT {0} {1} Agro", 50, 1500, 8, ("gudang", "hris", "faktur")),
)
GIVEN_NAMES = _words(
    """
    Aditya Anisa Arif Ayu Bagus Bayu Budi Citra Dian Dimas Eka Endang Farah Galih Hana Hadi Ika
    Indra Joko Kartika Lina Made Mega Nadia Nanda Novi Oka Pande Rahma Ratna Rizky Rudi Sinta Siti
    Surya Tari Teguh Tono Udin Vina Wahyu Wayan Yanti Yuda Yusuf Zahra
    """
)
FAMILY_NAMES = _words(
    """
    Aritonang Basuki Damanik Firmansyah Ginting Hakim Halim Handoko Hartono Hidayat Iskandar
    Kurniawan Lubis Mahendra Nasution Pangestu Pranoto Purnomo Rahardjo Ramadhan Saputra Santoso
    Sihombing Siregar Suharto Sulistyo Susanto Sutrisno Tanjung Utami Wibowo Winarto Yulianto
    Zulkarnain
    """
)
TITLES = {
    "en": (
        "Director",
        "IT Manager",
        "Finance Manager",
        "Operations Manager",
        "Procurement",
        "Owner",
        "HR Manager",
    ),
    "id": (
        "Direktur",
        "Manajer TI",
        "Manajer Keuangan",
        "Manajer Operasional",
        "Pengadaan",
        "Pemilik",
        "Manajer SDM",
    ),
}

# Per kind of activity: subject and text, by language. {contact} and {product} are filled in.
TALK = {
    "call": (
        (
            "Call about {product}",
            "Spoke with {contact}. They work with spreadsheets and lose a day every month-end.",
            "Telepon soal {product}",
            "Bicara dengan {contact}. Masih pakai Excel, tutup buku selalu molor sehari.",
        ),
        (
            "Follow-up call",
            "{contact} asks for a price for two branches before the meeting on Thursday.",
            "Telepon lanjutan",
            "{contact} minta harga untuk dua cabang sebelum rapat hari Kamis.",
        ),
        (
            "Missed call",
            "No answer, will try again after lunch.",
            "Telepon tidak diangkat",
            "Belum diangkat, coba lagi setelah makan siang.",
        ),
        (
            "Call about the budget",
            "{contact} says the budget is approved per quarter; finance decides.",
            "Telepon soal anggaran",
            "Kata {contact} anggaran disetujui per kuartal, keputusan di bagian keuangan.",
        ),
    ),
    "whatsapp": (
        (
            "WhatsApp to {contact}",
            "Good morning, may I send a short video about {product}? – Yes please, to this number.",
            "WhatsApp ke {contact}",
            "Selamat pagi, boleh saya kirim video singkat {product}? – Boleh Kak, ke nomor ini saja.",
        ),
        (
            "Question by WhatsApp",
            "Asks whether their old data can be moved. Answered: yes, in about three days.",
            "Pertanyaan lewat WhatsApp",
            "Tanya apakah data lama bisa dipindahkan. Saya jawab bisa, sekitar tiga hari.",
        ),
        (
            "Time confirmed",
            "{contact}: 10 o'clock is fine, please send the link.",
            "Konfirmasi jadwal",
            "{contact}: jam 10 bisa ya, tolong kirim tautannya.",
        ),
        (
            "Asked for news",
            "How did the internal meeting go? – Still waiting for the director's signature.",
            "Tanya kabar",
            "Bagaimana hasil rapat internalnya? – Masih menunggu tanda tangan direktur.",
        ),
    ),
    "email": (
        (
            "Proposal for {product}",
            "Sent the proposal with two options and the rollout plan.",
            "Proposal {product}",
            "Kirim proposal dengan dua pilihan dan rencana implementasi.",
        ),
        (
            "Reference customers",
            "Sent three references from the same sector.",
            "Referensi pelanggan",
            "Kirim tiga referensi dari sektor yang sama.",
        ),
        (
            "Answers to your questions",
            "Answered the questions about security, backups and training.",
            "Jawaban atas pertanyaan",
            "Menjawab pertanyaan soal keamanan, cadangan data, dan pelatihan.",
        ),
        (
            "Minutes of our meeting",
            "Sent the minutes; next step is a test with real data.",
            "Notulen rapat",
            "Kirim notulen; langkah berikutnya uji coba dengan data asli.",
        ),
    ),
    "meeting": (
        (
            "Demonstration of {product}",
            "Showed reports and approvals. {contact} liked the phone version most.",
            "Demo {product}",
            "Tunjukkan laporan dan persetujuan. {contact} paling suka versi ponselnya.",
        ),
        (
            "Meeting at their office",
            "Met {contact} and finance. Main worry: who trains the branch staff.",
            "Rapat di kantor mereka",
            "Bertemu {contact} dan keuangan. Kekhawatiran utama: siapa melatih staf cabang.",
        ),
        (
            "Price talk",
            "They ask for 10 % less; offered free training instead.",
            "Negosiasi harga",
            "Mereka minta turun 10 %; kami tawarkan pelatihan gratis.",
        ),
    ),
    "note": (
        (
            "Research",
            "Opened two branches this year; is hiring for finance.",
            "Riset",
            "Tahun ini buka dua cabang; sedang merekrut staf keuangan.",
        ),
        (
            "Who decides",
            "{contact} prepares, the director signs, procurement wants three quotes.",
            "Siapa memutuskan",
            "{contact} menyiapkan, direktur tanda tangan, pengadaan minta tiga penawaran.",
        ),
    ),
}
PLANS = {
    "call": (("Call {contact}", "Telepon {contact}"), ("Ask about the decision", "Tanyakan keputusan")),
    "whatsapp": (("WhatsApp {contact}", "WhatsApp {contact}"), ("Send the video", "Kirim video")),
    "email": (("Send the proposal", "Kirim proposal"), ("Send references", "Kirim referensi")),
    "meeting": (
        ("Demonstration with {contact}", "Demo dengan {contact}"),
        ("Meeting with finance", "Rapat keuangan"),
    ),
    "task": (("Prepare the quote", "Siapkan penawaran"), ("Check the contract", "Periksa kontrak")),
}
OUTCOMES = {
    "en": (
        "Done, good talk.",
        "Done, they want to think about it.",
        "Done, next step agreed.",
        "Short, but friendly.",
    ),
    "id": (
        "Selesai, responsnya baik.",
        "Selesai, mereka pikir-pikir dulu.",
        "Selesai, langkah berikutnya disepakati.",
        "Singkat, tapi ramah.",
    ),
}
KINDS = (
    "call",
    "call",
    "call",
    "whatsapp",
    "whatsapp",
    "whatsapp",
    "email",
    "email",
    "email",
    "meeting",
    "note",
)
PLAN_KINDS = ("call", "call", "whatsapp", "whatsapp", "email", "email", "meeting", "task")
