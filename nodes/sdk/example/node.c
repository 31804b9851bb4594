// node.c - a whole node, in either of two ways. FOLDER is what `clinic-broker add` made for the device.
//
//   node FOLDER                     as a desk: tells of every patient, from the first one on
//   node FOLDER NAME BIRTH-DATE     as a kiosk: registers a patient

#include <clinic/node.h>

#include <stdio.h>

static void on_event(void *context, const struct clinic_event *event)
{
    (void)context;
    printf("event %llu: %s\n", (unsigned long long)event->sequence, event->subject);
    (void)fflush(stdout);
}

static void on_reply(void *context, enum clinic_request_kind kind, const struct clinic_reply *reply)
{
    struct clinic_node **node = context;
    (void)kind; // this program asks for one thing only
    if (reply->is_accepted)
        printf("registered, member ID %s\n", clinic_json_text(reply->data, "member_id"));
    else
        printf("refused: %s (%s)\n", reply->problem.message, reply->problem.code);
    clinic_node_stop(*node);
}

static enum clinic_status submit_patient(struct clinic_node *node, char **words)
{
    struct clinic_id_maker ids = { 0 };
    char text[CLINIC_ID_TEXT_BYTES];
    const struct clinic_id id = clinic_id_next(&ids, clinic_wall_ms(clinic_clock_system()));
    clinic_id_print(&id, text);
    cJSON *data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "patient_id", text);
    cJSON_AddStringToObject(data, "name", words[0]);
    cJSON_AddStringToObject(data, "birth_date", words[1]);
    // On the disk when it returns: were the clinic away now, the next run would send it.
    return clinic_node_submit(node, CLINIC_REQUEST_PATIENT_CREATE, data, NULL, NULL);
}

int main(int count, char **words)
{
    static const struct clinic_node_handler handler = { .on_event = on_event,
                                                        .on_reply = on_reply };
    struct clinic_node *node = NULL;
    char problem[512] = "usage: node FOLDER [NAME BIRTH-DATE]";
    if ((count != 2 && count != 4)
        || clinic_node_open(words[1], "1.0", &handler, &node, &node, problem, sizeof problem)
               != CLINIC_OK) {
        fprintf(stderr, "%s\n", problem);
        return 2;
    }
    const enum clinic_status status =
        count == 4 ? submit_patient(node, words + 2)
                   : clinic_node_subscribe(node, CLINIC_PATIENT_CREATED, 0, true);
    if (status == CLINIC_OK)
        clinic_node_run(node, -1);
    clinic_node_close(node);
    return status == CLINIC_OK ? 0 : 1;
}
