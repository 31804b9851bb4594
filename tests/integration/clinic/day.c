#include "day.h"

#include <clinic/seal.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LEAVING_NAME "Thessaly Quarrington"
#define ATTACHMENT_TEXT "a picture of nothing at all"
#define ATTACHMENT_BASE64 "YSBwaWN0dXJlIG9mIG5vdGhpbmcgYXQgYWxs"

const char *const day_secrets[] = {
    "Holgersson", "Thessaly",   "Quarrington", "nils.h@",  "33698765432", "latexophobia",
    "itchyknees", "sunnyheart", "gratefully",  "osteitis", "restandtea",  NULL,
};

static const cJSON *data_of(const cJSON *reply)
{
    return clinic_json_member(reply, "data");
}

static void keep_text(const cJSON *reply, const char *name, char *text, size_t text_bytes)
{
    const char *value = clinic_json_text(data_of(reply), name);

    assert_non_null(value);
    (void)snprintf(text, text_bytes, "%s", value);
}

void day_begin(struct fixture *fixture, struct day *ret_day)
{
    *ret_day = (struct day){ .fixture = fixture };
    ret_day->desk = fixture_desk(fixture, "desk-1", "ada");
    ret_day->kiosk = fixture_peer(fixture, "kiosk-1");
    ret_day->scale = fixture_peer(fixture, "scale-1");
}

// ---- patients

void day_register_patients(struct day *day)
{
    peer_new_id(day->regular.id);
    const cJSON *reply = peer_ask(
        day->desk, "patient/create",
        "{'patient_id':'%s','name':'Nils Holgersson','birth_date':'1969-12-31',"
        "'email':'nils.h@example.org','phone':'0698765432','language':'fr','sms_consent':'given',"
        "'email_consent':'given','preconditions':['latexophobia'],'is_distinct':true}",
        day->regular.id);
    assert_accepted(reply);
    keep_text(reply, "member_id", day->regular.member_id, sizeof day->regular.member_id);
    assert_accepted(peer_ask(day->desk, "patient/update",
                             "{'patient_id':'%s','expected_version':1,'language':'en'}",
                             day->regular.id));
    assert_rejected(peer_ask(day->desk, "patient/update",
                             "{'patient_id':'%s','expected_version':1,'language':'de'}",
                             day->regular.id),
                    "stale_version");
    assert_rejected(peer_ask(day->kiosk, "patient/create",
                             "{'patient_id':'%s','name':'Nobody','birth_date':'1990-01-01'}",
                             day->regular.id),
                    "exists");
}

// ---- a doctor, who is always there: the day may be lived at any hour

void day_hire(struct day *day)
{
    char hours[1024] = "";

    for (int weekday = 1; weekday <= 7; weekday++) {
        size_t used = strlen(hours);
        (void)snprintf(hours + used, sizeof hours - used,
                       "%s{'weekday':%d,'from':'00:00','to':'24:00'}", weekday == 1 ? "" : ",",
                       weekday);
    }
    peer_new_id(day->doctor);
    assert_accepted(peer_ask(day->desk, "doctor/create",
                             "{'doctor_id':'%s','name':'Dr. Akka Kebnekaise','specialty':'travel',"
                             "'slot_minutes':20,'email':'akka@example.org'}",
                             day->doctor));
    assert_accepted(peer_ask(day->desk, "doctor/hours",
                             "{'doctor_id':'%s','expected_version':1,'hours':[%s]}", day->doctor,
                             hours));
    assert_accepted(peer_ask(day->desk, "doctor/update",
                             "{'doctor_id':'%s','expected_version':2,'slot_minutes':15}",
                             day->doctor));
    assert_accepted(peer_ask(day->desk, "doctor/time-off",
                             "{'doctor_id':'%s','add':[{'from':'2099-07-01','to':'2099-07-14'}]}",
                             day->doctor));
}

// ---- visits

// The n-th free slot from today on, on the clinic's clock.
static void find_slot(const struct day *day, int n, char local[static 20])
{
    const cJSON *reply = peer_ask(day->desk, "doctor/slots",
                                  "{'doctor_id':'%s','days':3,'only_free':true}", day->doctor);
    assert_accepted(reply);
    const cJSON *slot = cJSON_GetArrayItem(clinic_json_member(data_of(reply), "slots"), n);
    assert_non_null(slot);
    (void)snprintf(local, 20, "%s", clinic_json_text(slot, "local"));
}

// A new patient in the same step, who moves the visit and cancels another.
static void book_for_leaving(struct day *day)
{
    char moved[CLINIC_ID_TEXT_BYTES], canceled[CLINIC_ID_TEXT_BYTES], local[20];

    peer_new_id(day->leaving.id);
    peer_new_id(moved);
    peer_new_id(canceled);
    find_slot(day, 20, local);
    const cJSON *reply = peer_ask(
        day->desk, "appointment/schedule",
        "{'appointment_id':'%s','patient_id':'%s','doctor_id':'%s','start':'%s',"
        "'patient':{'name':'" LEAVING_NAME "','birth_date':'1975-03-09','is_distinct':true},"
        "'visit_reason':'itchyknees'}",
        moved, day->leaving.id, day->doctor, local);
    assert_accepted(reply);
    keep_text(reply, "member_id", day->leaving.member_id, sizeof day->leaving.member_id);
    find_slot(day, 24, local);
    assert_accepted(peer_ask(day->desk, "appointment/reschedule",
                             "{'appointment_id':'%s','expected_version':1,'start':'%s',"
                             "'by':'patient'}",
                             moved, local));
    assert_accepted(peer_ask(day->desk, "appointment/keep",
                             "{'appointment_id':'%s','override_reason':'asked for it'}", moved));
    find_slot(day, 30, local);
    assert_accepted(peer_ask(day->desk, "appointment/schedule",
                             "{'appointment_id':'%s','patient_id':'%s','doctor_id':'%s',"
                             "'start':'%s'}",
                             canceled, day->leaving.id, day->doctor, local));
    assert_accepted(peer_ask(day->desk, "appointment/cancel",
                             "{'appointment_id':'%s','by':'patient','reason':'sick'}", canceled));
}

void day_book(struct day *day)
{
    char local[20], taken[CLINIC_ID_TEXT_BYTES];

    peer_new_id(day->visit);
    peer_new_id(taken);
    find_slot(day, 0, local);
    assert_accepted(peer_ask(day->desk, "appointment/schedule",
                             "{'appointment_id':'%s','patient_id':'%s','doctor_id':'%s',"
                             "'start':'%s','visit_reason':'itchyknees'}",
                             day->visit, day->regular.id, day->doctor, local));
    assert_rejected(peer_ask(day->desk, "appointment/schedule",
                             "{'appointment_id':'%s','patient_id':'%s','doctor_id':'%s',"
                             "'start':'%s'}",
                             taken, day->regular.id, day->doctor, local),
                    "conflict.doctor");
    book_for_leaving(day);
}

void day_receive(struct day *day)
{
    const cJSON *reply =
        peer_ask(day->kiosk, "appointment/find", "{'member_id':'%s'}", day->regular.member_id);
    assert_accepted(reply);
    assert_string_equal(clinic_json_text(data_of(reply), "appointment_id"), day->visit);
    assert_accepted(peer_ask(day->kiosk, "appointment/check-in",
                             "{'member_id':'%s','ticket':'P07','contact_changed':true}",
                             day->regular.member_id));
    assert_accepted(peer_ask(day->kiosk, "patient/consent",
                             "{'member_id':'%s','email_consent':'withdrawn'}",
                             day->regular.member_id));
    reply =
        peer_ask(day->desk, "appointment/call", "{'doctor_id':'%s','room':'Room 2'}", day->doctor);
    assert_accepted(reply);
    assert_string_equal(clinic_json_text(data_of(reply), "appointment_id"), day->visit);
    assert_accepted(peer_ask(day->kiosk, "appointment/board", "{}"));
    assert_accepted(peer_ask(day->desk, "appointment/close",
                             "{'appointment_id':'%s','outcome':'fulfilled'}", day->visit));
}

// ---- feedback, reports

void day_listen(struct day *day)
{
    peer_new_id(day->feedback);
    const cJSON *reply = peer_ask(day->kiosk, "feedback/submit",
                                  "{'feedback_id':'%s','rating':5,'text':'sunnyheart',"
                                  "'patient_id':'%s','appointment_id':'%s','doctor_id':'%s'}",
                                  day->feedback, day->regular.id, day->visit, day->doctor);
    assert_accepted(reply);
    assert_true(clinic_json_boolean(data_of(reply), "verified", false));
    assert_accepted(peer_ask(day->desk, "feedback/answer",
                             "{'feedback_id':'%s','text':'gratefully yours'}", day->feedback));
}

static void print_digest(char hex[static 2 * CLINIC_DIGEST_BYTES + 1])
{
    uint8_t digest[CLINIC_DIGEST_BYTES];
    const struct clinic_piece piece = { ATTACHMENT_TEXT, strlen(ATTACHMENT_TEXT) };

    clinic_digest(&piece, 1, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static void attach(struct day *day, const char *sha256)
{
    bool is_complete = false;

    for (int i = 0; i < 2; i++) { // the first one begins the upload, the second one is the file
        const cJSON *reply =
            peer_ask(day->desk, "report/upload",
                     "{'patient_id':'%s','sha256':'%s','bytes':%zu,'media_type':'image/png',"
                     "'offset':0,'chunk':'" ATTACHMENT_BASE64 "'}",
                     day->regular.id, sha256, strlen(ATTACHMENT_TEXT));
        assert_accepted(reply);
        is_complete = clinic_json_boolean(data_of(reply), "complete", false);
    }
    assert_true(is_complete);
    assert_accepted(
        peer_ask(day->desk, "report/update",
                 "{'report_id':'%s','expected_version':1,'text':'restandtea',"
                 "'attachments':[{'sha256':'%s','bytes':%zu,'media_type':'image/png'}]}",
                 day->report, sha256, strlen(ATTACHMENT_TEXT)));
}

void day_write_up(struct day *day)
{
    char sha256[2 * CLINIC_DIGEST_BYTES + 1];
    char mistaken[CLINIC_ID_TEXT_BYTES];

    print_digest(sha256);
    peer_new_id(day->report);
    peer_new_id(mistaken);
    assert_accepted(peer_ask(day->desk, "report/update",
                             "{'report_id':'%s','patient_id':'%s','doctor_id':'%s',"
                             "'kind':'diagnosis','title':'osteitis'}",
                             day->report, day->regular.id, day->doctor));
    attach(day, sha256);
    assert_accepted(peer_ask(day->desk, "report/release", "{'report_id':'%s','expected_version':2}",
                             day->report));
    assert_accepted(peer_ask(day->desk, "report/update",
                             "{'report_id':'%s','patient_id':'%s','doctor_id':'%s','kind':'other',"
                             "'title':'osteitis'}",
                             mistaken, day->regular.id, day->doctor));
    assert_accepted(peer_ask(day->desk, "report/withdraw",
                             "{'report_id':'%s','expected_version':1}", mistaken));
    assert_accepted(peer_ask(day->desk, "report/download",
                             "{'report_id':'%s','sha256':'%s','offset':0}", day->report, sha256));
}

// ---- stock

// EquipmentScaleChanged, and the configs that follow from it.
static void set_scale_up(struct day *day)
{
    assert_accepted(peer_ask(day->desk, "equipment/scale",
                             "{'node':'scale-1','channel':1,'capacity_mg':5000000,"
                             "'bin_mg':100000,'variation_permyriad':200,'most':50}"));
    const cJSON *reply = peer_ask(day->desk, "equipment/scale-set-up",
                                  "{'node':'scale-1','channel':1,'step':'tare'}");
    assert_accepted(reply);
    assert_accepted(
        peer_ask(day->scale, "equipment/scale-answer",
                 "{'channel':1,'task_id':'%s','outcome':'done','tare_counts':-84213,'noise_mg':40}",
                 clinic_json_text(clinic_json_member(reply, "data"), "task_id")));
    assert_accepted(peer_ask(day->desk, "equipment/scale-read", "{'node':'scale-1','channel':1}"));
}

void day_restock(struct day *day)
{
    set_scale_up(day);
    assert_accepted(peer_ask(day->desk, "equipment/item",
                             "{'item_id':'gloves-m','name':'Gloves M','unit':'box',"
                             "'location':'Shelf 1','minimum':5,'par':20,"
                             "'bins':[{'bin_id':'bin-1','node':'scale-1','channel':1}]}"));
    assert_accepted(peer_ask(day->scale, "equipment/measure",
                             "{'channel':1,'state':'stable','quantity':12,"
                             "'accuracy_permille':995}"));
    assert_accepted(peer_ask(day->desk, "equipment/adjust",
                             "{'item_id':'gloves-m','change':-2,'reason':'torn'}"));
    assert_accepted(peer_ask(day->desk, "equipment/count",
                             "{'item_id':'gloves-m','quantity':4,'reason':'counted twice'}"));
    assert_accepted(peer_ask(day->desk, "equipment/adjust",
                             "{'item_id':'gloves-m','change':-4,'reason':'a busy morning'}"));
    assert_accepted(peer_ask(day->desk, "equipment/order", "{'item_id':'gloves-m','quantity':16}"));
}

// ---- what mostly reads

void day_look(struct day *day)
{
    const struct day_patient *regular = &day->regular;

    assert_accepted(peer_ask(day->desk, "patient/find", "{'text':'nils'}"));
    assert_accepted(peer_ask(day->desk, "patient/read", "{'patient_id':'%s'}", regular->id));
    assert_accepted(peer_ask(day->desk, "patient/provisional", "{}"));
    assert_accepted(
        peer_ask(day->desk, "doctor/holiday", "{'add':[{'date':'2099-12-25','name':'Yule'}]}"));
    assert_accepted(peer_ask(day->desk, "doctor/list", "{}"));
    assert_accepted(peer_ask(day->desk, "doctor/read", "{'doctor_id':'%s'}", day->doctor));
    assert_accepted(peer_ask(day->desk, "doctor/calendar", "{'doctor_id':'%s'}", day->doctor));
    assert_accepted(peer_ask(day->desk, "doctor/conflicts", "{}"));
    assert_accepted(peer_ask(day->desk, "appointment/list", "{}"));
    assert_accepted(peer_ask(day->desk, "appointment/read", "{'appointment_id':'%s'}", day->visit));
    assert_accepted(peer_ask(day->desk, "equipment/list", "{}"));
    assert_accepted(peer_ask(day->desk, "equipment/restock-report", "{}"));
    assert_accepted(peer_ask(day->desk, "equipment/bins", "{}"));
    assert_accepted(peer_ask(day->desk, "feedback/list", "{}"));
    assert_accepted(peer_ask(day->desk, "feedback/read", "{'feedback_id':'%s'}", day->feedback));
    assert_accepted(
        peer_ask(day->desk, "feedback/analysis", "{'from':'2026-01-01','to':'2026-12-31'}"));
    assert_accepted(peer_ask(day->desk, "report/read", "{'report_id':'%s'}", day->report));
    assert_accepted(peer_ask(day->desk, "report/list", "{'patient_id':'%s'}", regular->id));
    assert_accepted(peer_ask(day->desk, "message/list", "{}"));
    assert_accepted(peer_ask(day->kiosk, "portal/read",
                             "{'member_id':'%s','birth_date':'1969-12-31'}", regular->member_id));
    assert_accepted(peer_ask(day->kiosk, "portal/report",
                             "{'member_id':'%s','birth_date':'1969-12-31','report_id':'%s'}",
                             regular->member_id, day->report));
    assert_accepted(
        peer_ask(day->desk, "analytics/read", "{'from':'2026-01-01','to':'2026-12-31'}"));
    assert_accepted(peer_ask(day->desk, "audit/read", "{}"));
    assert_accepted(peer_ask(day->desk, "system/status", "{}"));
    assert_accepted(peer_ask(day->desk, "events/replay",
                             "{'positions':[{'type':'clinic.patient.created','after':0}]}"));
}

void day_erase(struct day *day)
{
    assert_accepted(peer_ask(day->desk, "patient/delete",
                             "{'patient_id':'%s','member_id':'%s','pin':'%s','reason':'request'}",
                             day->leaving.id, day->leaving.member_id, FIXTURE_PIN));
}

void day_live(struct fixture *fixture, struct day *ret_day)
{
    day_begin(fixture, ret_day);
    day_register_patients(ret_day);
    day_hire(ret_day);
    day_book(ret_day);
    day_receive(ret_day);
    day_listen(ret_day);
    day_write_up(ret_day);
    day_restock(ret_day);
    day_look(ret_day);
    day_erase(ret_day);
}
