#include "report_fixture.h"

#include <clinic/base64.h>
#include <event_log.h>

#include <unistd.h>

int report_open(void **state)
{
    struct report_fixture *fixture = calloc(1, sizeof *fixture);
    void *services = NULL;

    assert_non_null(fixture);
    assert_int_equal(services_open(&services), 0);
    fixture->services = services;
    services_as(fixture->services, CLINIC_STAFF_ADMIN, "Ada", "4711");
    services_register(fixture->services, "Xaveria Quillfeather", "1953-07-19", fixture->patient_id);
    (void)snprintf(fixture->member_id, sizeof fixture->member_id, "%s",
                   reply_text(fixture->services, "member_id"));
    report_new_id(fixture, fixture->doctor_id);
    assert_accepted(fixture->services, CLINIC_REQUEST_DOCTOR_CREATE,
                    "{\"doctor_id\":\"%s\",\"name\":\"Dr Ros\",\"specialty\":\"dentistry\","
                    "\"slot_minutes\":30,\"hours\":[]}",
                    fixture->doctor_id);
    *state = fixture;
    return 0;
}

int report_close(void **state)
{
    struct report_fixture *fixture = *state;
    void *services = fixture->services;

    free(fixture);
    return services_close(&services);
}

void report_new_id(struct report_fixture *fixture, char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    const struct clinic_id id = services_new_id(fixture->services);

    clinic_id_print(&id, ret_id);
}

void report_begin(struct report_fixture *fixture, const char *title, const char *more,
                  char ret_id[static CLINIC_ID_TEXT_BYTES])
{
    report_new_id(fixture, ret_id);
    assert_accepted(fixture->services, CLINIC_REQUEST_REPORT_UPDATE,
                    "{\"report_id\":\"%s\",\"patient_id\":\"%s\",\"doctor_id\":\"%s\","
                    "\"kind\":\"diagnosis\",\"title\":\"%s\"%s}",
                    ret_id, fixture->patient_id, fixture->doctor_id, title, more);
}

void report_autosave(struct report_fixture *fixture, const char *report_id, int version,
                     const char *text)
{
    assert_accepted(fixture->services, CLINIC_REQUEST_REPORT_UPDATE,
                    "{\"report_id\":\"%s\",\"expected_version\":%d,\"text\":\"%s\"}", report_id,
                    version, text);
}

void report_release_it(struct report_fixture *fixture, const char *report_id, int version,
                       const char *more)
{
    assert_accepted(fixture->services, CLINIC_REQUEST_REPORT_RELEASE,
                    "{\"report_id\":\"%s\",\"expected_version\":%d%s}", report_id, version, more);
}

void report_delete_patient(struct report_fixture *fixture)
{
    assert_accepted(fixture->services, CLINIC_REQUEST_PATIENT_DELETE,
                    "{\"patient_id\":\"%s\",\"member_id\":\"%s\",\"pin\":\"4711\","
                    "\"reason\":\"request\"}",
                    fixture->patient_id, fixture->member_id);
}

static bool count_notice(void *context, const struct clinic_event *event,
                         const struct event_origin *origin, bool is_erased)
{
    (void)origin;
    (void)is_erased;
    *(int *)context += clinic_json_boolean(event->data, "notify", false);
    return true;
}

int report_count_notices(struct report_fixture *fixture)
{
    const struct event_filter filter = { .kinds = UINT64_C(1) << CLINIC_REPORT_UPDATED };
    int count = 0;

    assert_int_equal(event_log_read(fixture->services->store, &filter, count_notice, &count),
                     CLINIC_OK);
    return count;
}

// ---- files

void upload_init(const struct report_fixture *fixture, const uint8_t *bytes, int64_t length,
                 struct upload *ret_upload)
{
    uint8_t digest[CLINIC_DIGEST_BYTES];

    clinic_digest(&(struct clinic_piece){ bytes, (size_t)length }, 1, digest);
    ret_upload->bytes = bytes;
    ret_upload->length = length;
    memcpy(ret_upload->patient_id, fixture->patient_id, sizeof ret_upload->patient_id);
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(ret_upload->sha256 + 2 * i, 3, "%02x", digest[i]);
}

bool upload_send(struct report_fixture *fixture, const struct upload *upload, int64_t offset)
{
    char chunk[CLINIC_BASE64_CHARACTERS(ATTACHMENT_CHUNK_BYTES) + 1];
    const int64_t left = upload->length - offset;

    assert_in_range(offset, 0, upload->length - 1);
    clinic_base64_encode(upload->bytes + offset,
                         left < ATTACHMENT_CHUNK_BYTES ? (size_t)left : ATTACHMENT_CHUNK_BYTES,
                         chunk);
    return services_ask(fixture->services, CLINIC_REQUEST_REPORT_UPLOAD,
                        "{\"patient_id\":\"%s\",\"sha256\":\"%s\",\"bytes\":%lld,"
                        "\"media_type\":\"image/png\",\"offset\":%lld,\"chunk\":\"%s\"}",
                        upload->patient_id, upload->sha256, (long long)upload->length,
                        (long long)offset, chunk);
}

int64_t reply_next(const struct report_fixture *fixture)
{
    int64_t next = -1;

    assert_true(clinic_json_integer(fixture->services->reply.data, "next", &next));
    return next;
}

bool reply_is_complete(const struct report_fixture *fixture)
{
    return clinic_json_boolean(fixture->services->reply.data, "complete", false);
}

void upload_all(struct report_fixture *fixture, const struct upload *upload)
{
    assert_true(upload_send(fixture, upload, 0));
    while (!reply_is_complete(fixture))
        assert_true(upload_send(fixture, upload, reply_next(fixture)));
}

void upload_reference(const struct upload *upload, char ret_json[static 256])
{
    (void)snprintf(ret_json, 256, "{\"sha256\":\"%s\",\"bytes\":%lld,\"media_type\":\"image/png\"}",
                   upload->sha256, (long long)upload->length);
}

void upload_path(const struct report_fixture *fixture, const struct upload *upload,
                 char ret_path[static 256])
{
    (void)snprintf(ret_path, 256, "%s/attachments/%s/%s", fixture->services->folder,
                   upload->patient_id, upload->sha256);
}

bool upload_exists(const struct report_fixture *fixture, const struct upload *upload)
{
    char path[256];

    upload_path(fixture, upload, path);
    return access(path, F_OK) == 0;
}

const uint8_t *upload_picture(void)
{
    static uint8_t bytes[PICTURE_BYTES];

    for (size_t i = 0; i < PICTURE_BYTES; i++)
        bytes[i] = (uint8_t)(i * 31 + i / 997);
    memcpy(bytes + 500, "zebrapox-picture", 16);
    return bytes;
}

void report_begin_with(struct report_fixture *fixture, const struct upload *upload,
                       char id[static CLINIC_ID_TEXT_BYTES])
{
    char reference[256];
    char more[300];

    upload_reference(upload, reference);
    (void)snprintf(more, sizeof more, ",\"attachments\":[%s]", reference);
    report_begin(fixture, "X-ray", more, id);
}
