"""The ready types of objections and responses to them, in both languages: what a new company starts with.

Each response: a title, and the steps listen, mirror, answer, confirm.
"""

from siklus.cycle.objections.models import STEPS

PARTS = ("title", *STEPS)
Said = tuple[str, str, str, str, str]


def _both(english: Said, indonesian: Said) -> dict[str, dict[str, str]]:
    return {
        "en": dict(zip(PARTS, english, strict=True)),
        "id": dict(zip(PARTS, indonesian, strict=True)),
    }


READY: tuple[tuple[str, tuple[str, str], tuple[dict[str, dict[str, str]], ...]], ...] = (
    ("price", ("Price", "Harga"), (
        _both(
            ("What it costs to change nothing",
             "Let them finish. Ask what they compare the price with: another offer, the budget, or today's way of working.",
             "So the sum looks high beside what you pay today. Is that it?",
             "Let us put a number on today: hours a week, mistakes, late invoices. What does a month like that cost "
             "you? Then "
             "we see after how many months the price is earned back.",
             "If the figures hold in your own books, is the price still what stops us?"),
            ("Berapa biaya kalau tidak berubah",
             "Dengarkan sampai selesai. Tanyakan pembandingnya: penawaran lain, anggaran, atau cara kerja sekarang.",
             "Jadi angkanya terasa tinggi dibanding biaya sekarang. Betul begitu?",
             "Mari kita hitung kondisi sekarang: jam kerja per minggu, kesalahan, tagihan terlambat. Berapa biayanya "
             "sebulan? "
             "Dari situ terlihat setelah berapa bulan harganya kembali.",
             "Kalau angka ini cocok dengan pembukuan Anda, apakah harga masih jadi penghalang?"),
        ),
        _both(
            ("Begin smaller",
             "Ask which part of the offer they would use from the first week on, and which can wait.",
             "You like what it does, and all of it at once is too much for this year.",
             "Then let us begin with the one team that feels it most, at a price that fits this year. You decide on "
             "the rest "
             "with your own results in hand.",
             "Would a start with this team fit your budget?"),
            ("Mulai dari yang kecil",
             "Tanyakan bagian mana yang langsung dipakai sejak minggu pertama, dan mana yang bisa menyusul.",
             "Manfaatnya cocok, tetapi mengambil semuanya sekaligus terlalu berat untuk tahun ini.",
             "Kalau begitu kita mulai dari satu tim yang paling merasakan masalahnya, dengan harga yang masuk tahun ini. "
             "Sisanya Anda putuskan setelah melihat hasil sendiri.",
             "Apakah mulai dari tim ini sesuai dengan anggaran Anda?"),
        ),
    )),
    ("use", ("Use", "Penggunaan"), (
        _both(
            ("Their own people try it",
             "Ask who would work with it every day, and what they find hard in the tool they have.",
             "You worry that your people will find it hard and go back to their spreadsheets.",
             "Choose two of them, the keenest and the most doubtful. They work with it for a week on real cases; we sit "
             "beside them the first morning.",
             "If both say that they get along, is that worry settled?"),
            ("Dicoba oleh tim mereka sendiri",
             "Tanyakan siapa yang akan memakainya tiap hari, dan apa yang sulit di alat yang sekarang.",
             "Anda khawatir tim merasa sulit lalu kembali ke lembar kerja masing-masing.",
             "Pilih dua orang: yang paling bersemangat dan yang paling ragu. Mereka memakainya seminggu dengan kasus "
             "nyata; "
             "pagi pertama kami dampingi.",
             "Kalau keduanya bilang lancar, apakah kekhawatiran ini selesai?"),
        ),
    )),
    ("result", ("Expected result", "Hasil yang diharapkan"), (
        _both(
            ("Agree on one figure",
             "Ask what would have to be different in three months for them to say that it was worth it.",
             "You do not want promises, you want to see that it works in your company.",
             "Let us take the one figure that you just named, write down where it stands today, and look at it "
             "together after "
             "thirty, sixty and ninety days.",
             "Is this the figure by which you would judge us?"),
            ("Sepakati satu angka",
             "Tanyakan apa yang harus berubah dalam tiga bulan supaya mereka bilang ini sepadan.",
             "Anda tidak mau janji; Anda ingin melihat ini berhasil di perusahaan Anda.",
             "Mari ambil satu angka yang tadi Anda sebut, catat posisinya hari ini, lalu kita lihat bersama setelah tiga "
             "puluh, enam puluh, dan sembilan puluh hari.",
             "Apakah angka ini yang akan Anda pakai untuk menilai kami?"),
        ),
        _both(
            ("Somebody like them",
             "Ask which company they would believe, and what they would want to ask it.",
             "You would like to hear it from somebody who was where you are.",
             "I bring you together with a customer of your size and trade. Twenty minutes, without me in the call.",
             "If their answer is the one you hope for, what would be the next step?"),
            ("Perusahaan yang mirip",
             "Tanyakan perusahaan mana yang ucapannya mereka percaya, dan apa yang ingin ditanyakan.",
             "Anda ingin mendengar langsung dari orang yang pernah di posisi Anda.",
             "Saya pertemukan dengan pelanggan yang ukuran dan bidangnya serupa. Dua puluh menit, tanpa saya di "
             "panggilan itu.",
             "Kalau jawabannya sesuai harapan, apa langkah berikutnya?"),
        ),
    )),
    ("timing", ("Timing", "Waktu"), (
        _both(
            ("Count back from their date",
             "Ask what happens on the date that they have in mind, and what must be ready by then.",
             "It is not a no: now is a bad moment, because your people are busy.",
             "If it shall work by then, let us count back: training, data, signature. That gives the last day on which a "
             "start is still easy; until then we do what costs you no time.",
             "Shall we put that day into both our calendars?"),
            ("Hitung mundur dari tanggal mereka",
             "Tanyakan apa yang terjadi pada tanggal yang mereka maksud, dan apa yang harus siap saat itu.",
             "Bukan menolak; hanya saatnya kurang pas karena tim sedang sibuk.",
             "Supaya siap pada tanggal itu, mari hitung mundur: pelatihan, data, tanda tangan. Dari situ terlihat batas "
             "terakhir untuk mulai dengan tenang; sampai saat itu kami kerjakan yang tidak menyita waktu Anda.",
             "Kita catat tanggal itu di kalender masing-masing?"),
        ),
    )),
    ("authority", ("Authority", "Wewenang"), (
        _both(
            ("Help them tell it inside",
             "Ask who decides with them, what each of them cares about, and how such decisions went before.",
             "You are convinced, and somebody else has to be as well.",
             "Let us write the one page together that your director will ask for: the problem, the figure, the price, the "
             "risk. I gladly come along for ten minutes, or stay away.",
             "What would your director ask first?"),
            ("Bantu mereka menjelaskan di dalam",
             "Tanyakan siapa yang ikut memutuskan, apa yang penting bagi masing-masing, dan bagaimana keputusan dulu "
             "diambil.",
             "Anda sudah yakin, dan ada orang lain yang juga harus yakin.",
             "Mari kita susun bersama satu halaman yang akan diminta direktur Anda: masalah, angka, harga, risiko. Saya "
             "senang ikut sepuluh menit, atau tidak hadir sama sekali.",
             "Kira-kira apa yang pertama ditanyakan direktur Anda?"),
        ),
    )),
    ("trust", ("Trust", "Kepercayaan"), (
        _both(
            ("Say what can go wrong",
             "Ask what happened to them before, with whom, and what it cost.",
             "You were let down once, and you will not let that happen again.",
             "Here is what goes wrong most often with us, and what we do about it. Your data stays yours: you can take it "
             "along at any time, and the contract says so.",
             "What else would you have to see in writing?"),
            ("Katakan apa yang bisa gagal",
             "Tanyakan apa yang pernah terjadi, dengan siapa, dan berapa kerugiannya.",
             "Anda pernah dikecewakan, dan tidak mau terulang.",
             "Ini yang paling sering bermasalah pada kami, dan apa yang kami lakukan. Data tetap milik Anda: bisa dibawa "
             "kapan saja, dan itu tertulis di kontrak.",
             "Apa lagi yang perlu Anda lihat secara tertulis?"),
        ),
    )),
    ("competitor", ("Competitor", "Pesaing"), (
        _both(
            ("Let them draw the line",
             "Ask what they like about the other offer. Say nothing against it.",
             "The other one is good, and you want to know what you would miss with either.",
             "Write down the three things that must work on the first day. We show you each of them with your own "
             "data; ask "
             "the other side for the same.",
             "Are these the three on which you will decide?"),
            ("Biarkan mereka yang menimbang",
             "Tanyakan apa yang mereka suka dari penawaran lain. Jangan menjelekkan.",
             "Yang lain juga bagus, dan Anda ingin tahu apa yang kurang dari masing-masing.",
             "Tuliskan tiga hal yang harus berjalan sejak hari pertama. Kami tunjukkan semuanya dengan data Anda sendiri; "
             "mintalah hal yang sama dari pihak lain.",
             "Apakah ketiga hal ini yang akan menentukan?"),
        ),
    )),
)  # fmt: skip
