// conf.h - the text of mosquitto.conf and of a node's node.ini, and the broker's plugin.
#pragma once

#include "settings.h"

#include <stdio.h>

void conf_print_broker(const struct layout *layout, const struct settings *settings, FILE *out);

// The bytes of the plugin that logs refused publishes, as installed beside this program; nothing where there is none. The
// broker is given a copy: it may not be allowed into the folder where this program lies.
void conf_print_watch(FILE *out);

// `name` reaches the broker at `host`.
void conf_print_node(const struct settings *settings, const char *name, const char *host,
                     FILE *out);
