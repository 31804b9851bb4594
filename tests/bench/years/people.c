#include "people.h"

#include <stdint.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// What people of one language are called. Most patients of the clinic are of the first ones.
struct tongue {
    const char *language;
    unsigned weight;
    const char *given[16];
    const char *family[24];
};

static const struct tongue
    tongues[] = {
        { "fr",
          46,
          { "Marie", "Jean", "Camille", "Léa", "Manon", "Lucas", "Hugo", "Élodie", "Chloé",
            "Nathan", "Jean-Pierre", "Marie-Hélène", "Gaël", "Maëlle", "François", "Anaïs" },
          { "Martin",   "Bernard",   "Dubois", "Thomas",  "Robert",   "Richard",
            "Petit",    "Durand",    "Leroy",  "Moreau",  "Simon",    "Laurent",
            "Lefèvre",  "Michel",    "Garcia", "Mercier", "Marchand", "Masson",
            "Lefebvre", "d'Aubigné", "Faure",  "Bonnet",  "Le Guen",  "Girard" } },
        { "de",
          14,
          { "Anna", "Lukas", "Jürgen", "Käthe", "Maximilian", "Sophie", "Björn", "Ute",
            "Friederike", "Karl-Heinz", "Markus", "Matthias", "Leonie", "Jörg", "Martina",
            "Günther" },
          { "Müller",  "Schmidt", "Schneider", "Fischer",  "Weber",    "Meyer",
            "Wagner",  "Becker",  "Schulz",    "Hoffmann", "Schäfer",  "Koch",
            "Bauer",   "Richter", "Klein",     "Wolf",     "Schröder", "Neumann",
            "Schwarz", "Krüger",  "Groß",      "Mayer",    "Maier",    "von der Heide" } },
        { "es",
          12,
          { "María", "José", "Lucía", "Martín", "Sofía", "Iñaki", "Núria", "Ángel", "Carmen",
            "Javier", "Manuel", "Marta", "Álvaro", "Begoña", "Mateo", "Isabel" },
          { "García",    "Martínez",  "López",   "Sánchez", "González",  "Pérez",
            "Rodríguez", "Fernández", "Gómez",   "Martín",  "Jiménez",   "Ruiz",
            "Hernández", "Díaz",      "Moreno",  "Muñoz",   "Álvarez",   "Romero",
            "Alonso",    "Gutiérrez", "Navarro", "Torres",  "Domínguez", "Núñez" } },
        { "pt",
          6,
          { "João", "Inês", "Maria", "Tiago", "Conceição", "Rui", "Mariana", "Luís", "Ana",
            "Gonçalo", "Beatriz", "Duarte", "Margarida", "Nuno", "Sofia", "Miguel" },
          { "Silva",     "Santos",   "Ferreira", "Pereira",   "Oliveira",  "Costa",
            "Rodrigues", "Martins",  "Sousa",    "Fernandes", "Gonçalves", "Gomes",
            "Lopes",     "Marques",  "Alves",    "Almeida",   "Ribeiro",   "Pinto",
            "Carvalho",  "Teixeira", "Moreira",  "Correia",   "Mendes",    "Nunes" } },
        { "ar",
          7,
          { "محمد", "فاطمة", "أحمد", "مريم", "يوسف", "خديجة", "عمر", "ليلى", "إبراهيم", "سارة",
            "علي", "زينب", "حسن", "نور", "كريم", "آمنة" },
          { "بن علي",  "الحداد",  "النجار", "المنصوري", "بوزيد",  "الطاهر", "حمدان",   "العربي",
            "صالح",    "الخطيب",  "مراد",   "بلقاسم",   "الشريف", "عباس",   "الزهراء", "رمضان",
            "التونسي", "المغربي", "قاسم",   "يحيى",     "الصغير", "منصور",  "داود",    "سليمان" } },
        { "pl",
          5,
          { "Małgorzata", "Paweł", "Zofia", "Łukasz", "Agnieszka", "Stanisław", "Marta", "Jakub",
            "Wojciech", "Ewa", "Mateusz", "Grażyna", "Michał", "Hanna", "Tomasz", "Magdalena" },
          { "Nowak",       "Kowalski",  "Wiśniewski",    "Wójcik",      "Kowalczyk", "Kamiński",
            "Lewandowski", "Zieliński", "Szymański",     "Woźniak",     "Dąbrowski", "Kozłowski",
            "Jankowski",   "Mazur",     "Wojciechowski", "Kwiatkowski", "Krawczyk",  "Kaczmarek",
            "Piotrowski",  "Grabowski", "Zając",         "Pawłowski",   "Michalski", "Król" } },
        { "vi",
          4,
          { "Minh Anh", "Thị Hoa", "Văn Hùng", "Ngọc Lan", "Quang Huy", "Thu Hà", "Đức Anh", "Mai",
            "Thanh Tùng", "Bích Ngọc", "Tuấn", "Phương", "Hải Yến", "Long", "Thảo", "Dũng" },
          { "Nguyễn", "Trần",  "Lê",   "Phạm", "Hoàng", "Huỳnh", "Phan",  "Vũ",
            "Võ",     "Đặng",  "Bùi",  "Đỗ",   "Hồ",    "Ngô",   "Dương", "Lý",
            "Mai",    "Trịnh", "Đinh", "Lâm",  "Cao",   "Tô",    "Hà",    "Tạ" } },
        { "uk",
          3,
          { "Олена", "Олександр", "Марія", "Андрій", "Наталія", "Тарас", "Ірина", "Богдан", "Ганна",
            "Юрій", "Світлана", "Максим", "Оксана", "Петро", "Дарина", "Михайло" },
          { "Шевченко", "Мельник", "Коваленко", "Бондаренко", "Ткаченко", "Кравченко",
            "Олійник",  "Шевчук",  "Коваль",    "Поліщук",    "Бойко",    "Марченко",
            "Савченко", "Руденко", "Мороз",     "Лисенко",    "Петренко", "Клименко",
            "Павленко", "Кравець", "Гончар",    "Мазур",      "Левченко", "Сидоренко" } },
        { "zh",
          3,
          { "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛",
            "明", "超" },
          { "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙",
            "马", "朱", "胡", "郭", "何", "高", "林", "罗", "郑", "梁", "谢", "宋" } },
    };

static const char *const preconditions[] = {
    "Penicillin allergy",
    "Hypertension",
    "Diabetes mellitus type 2",
    "Asthma",
    "Latex allergy",
    "Hypothyroidism",
    "Atrial fibrillation",
    "Epilepsy",
    "Migraine",
    "Allergie aux arachides",
    "Maladie cœliaque",
    "Chronic kidney disease, stage 2",
    "Pacemaker since 2015",
    "Pregnant, 2nd child",
    "Anticoagulants",
};

static const char *const consents[] = { "given", "given", "given", "none" };

static const char *one_of(struct dice *dice, const char *const *list, size_t count)
{
    return list[dice_between(dice, 0, (int64_t)count - 1)];
}

static const struct tongue *choose_tongue(struct dice *dice)
{
    int64_t points = dice_between(dice, 1, 100);
    size_t i = 0;

    while (i + 1 < COUNT(tongues) && points > tongues[i].weight)
        points -= tongues[i++].weight;
    return &tongues[i];
}

void people_make_phone(struct dice *dice, char ret_phone[static PEOPLE_PHONE_BYTES])
{
    (void)snprintf(ret_phone, PEOPLE_PHONE_BYTES, "+336%08u",
                   (unsigned)dice_between(dice, 10000000, 99999999));
}

// Families share names; a second family name or given name tells some apart.
static void make_name(struct dice *dice, const struct tongue *tongue, char *name, size_t bytes)
{
    const char *given = one_of(dice, tongue->given, COUNT(tongue->given));
    const char *second = one_of(dice, tongue->given, COUNT(tongue->given));
    const char *family = one_of(dice, tongue->family, COUNT(tongue->family));
    const char *other = one_of(dice, tongue->family, COUNT(tongue->family));

    switch (dice_between(dice, 0, 3)) {
    case 0:
        (void)snprintf(name, bytes, "%s %s", given, family);
        break;
    case 1:
        (void)snprintf(name, bytes, "%s %s %s", given, second, family);
        break;
    case 2:
        (void)snprintf(name, bytes, "%s %s-%s", given, family, other);
        break;
    default:
        (void)snprintf(name, bytes, "%s %s %s", given, family, other);
    }
}

void people_make(struct dice *dice, char ret_fields[static PEOPLE_FIELDS_BYTES])
{
    const struct tongue *tongue = choose_tongue(dice);
    char name[200], phone[PEOPLE_PHONE_BYTES], suffers[100] = "";

    make_name(dice, tongue, name, sizeof name);
    people_make_phone(dice, phone);
    if (dice_between(dice, 0, 2) == 0)
        (void)snprintf(suffers, sizeof suffers, "\"%s\"",
                       one_of(dice, preconditions, COUNT(preconditions)));
    // Twins and namesakes are people of their own: whoever registers them says so.
    (void)snprintf(ret_fields, PEOPLE_FIELDS_BYTES,
                   "\"name\":\"%s\",\"birth_date\":\"%04d-%02d-%02d\",\"phone\":\"%s\","
                   "\"email\":\"p%llu@example.org\",\"language\":\"%s\",\"preconditions\":[%s],"
                   "\"email_consent\":\"%s\",\"sms_consent\":\"%s\",\"is_distinct\":true",
                   name, (int)dice_between(dice, 1932, 2019), (int)dice_between(dice, 1, 12),
                   (int)dice_between(dice, 1, 28), phone, (unsigned long long)dice_throw(dice),
                   tongue->language, suffers, one_of(dice, consents, COUNT(consents)),
                   one_of(dice, consents, COUNT(consents)));
}
