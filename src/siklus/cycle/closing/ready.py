"""What a pipeline may begin with."""

READY_PLAN = (  # days before the close, whose, in English, in Indonesian
    (42, "buyer", "Name everybody who has a say in it", "Sebutkan semua yang ikut menentukan"),
    (35, "ours", "Demonstration with your own data", "Demonstrasi dengan data Anda sendiri"),
    (28, "buyer", "Check security and the law", "Pemeriksaan keamanan dan hukum"),
    (21, "ours", "Quote with all options", "Penawaran dengan semua pilihan"),
    (14, "buyer", "Budget is confirmed", "Anggaran dipastikan"),
    (7, "buyer", "Contract is read by those who sign", "Kontrak dibaca oleh yang menandatangani"),
    (0, "buyer", "Contract is signed", "Kontrak ditandatangani"),
)
