#include "queue.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM = 1024 };

static bool is_before(const struct deed *a, const struct deed *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void make_room(struct queue *queue)
{
    if (queue->count < queue->room)
        return;
    queue->room = queue->room == 0 ? FIRST_ROOM : queue->room * 2;
    queue->heap = realloc(queue->heap, queue->room * sizeof *queue->heap);
    if (queue->heap == NULL) {
        fputs("out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
}

void queue_add(struct queue *queue, int64_t at_ms, deed_run *run, uint32_t subject)
{
    make_room(queue);
    const struct deed deed = { at_ms, queue->order++, run, subject };
    size_t place = queue->count++;
    while (place > 0 && is_before(&deed, &queue->heap[(place - 1) / 2])) {
        queue->heap[place] = queue->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    queue->heap[place] = deed;
}

static void sink(struct queue *queue, const struct deed *deed)
{
    size_t place = 0;

    for (size_t child = 1; child < queue->count; child = 2 * place + 1) {
        if (child + 1 < queue->count && is_before(&queue->heap[child + 1], &queue->heap[child]))
            child++;
        if (!is_before(&queue->heap[child], deed))
            break;
        queue->heap[place] = queue->heap[child];
        place = child;
    }
    queue->heap[place] = *deed;
}

bool queue_take(struct queue *queue, int64_t until_ms, struct deed *ret_deed)
{
    if (queue_next_ms(queue) >= until_ms)
        return false;
    *ret_deed = queue->heap[0];
    queue->count--;
    if (queue->count > 0) {
        const struct deed last = queue->heap[queue->count];
        sink(queue, &last);
    }
    return true;
}

int64_t queue_next_ms(const struct queue *queue)
{
    return queue->count == 0 ? INT64_MAX : queue->heap[0].at_ms;
}

void queue_done(struct queue *queue)
{
    free(queue->heap);
}
