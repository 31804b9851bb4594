// conf.h - the text of mosquitto.conf and of a node's node.ini.
#pragma once

#include "settings.h"

#include <stdio.h>

void conf_print_broker(const struct layout *layout, const struct settings *settings, FILE *out);

// `name` reaches the broker at `host`.
void conf_print_node(const struct settings *settings, const char *name, const char *host,
                     FILE *out);
