// campaign.h - a clinic with its headquarters, whose programs are killed at random while it works.
//
//   kiosk-1, desk-1, desk-2   clinic-sim submit, each with its outbox and ledger
//   broker, gateway           of the fixture
//   desk-3                    clinic-sim record
//   link                      the line to headquarters
//   headquarters              a broker of its own authority, with clinic-sim archive
//
// Headquarters' broker and archive are stopped for a while, not killed: what that broker has confirmed and not yet
// handed on is in nobody else's custody.
#pragma once

#include "actor.h"
#include "books.h"

#include <fixture.h>

enum { CAMPAIGN_ACTORS = 9, CAMPAIGN_PHASES = 4 };

struct campaign {
    struct fixture *fixture;
    struct dice dice;
    struct process recorder;
    struct process link;
    struct process headquarters;
    struct process archive;
    struct process submitters[BOOKS_SUBMITTERS];
    struct actor actors[CAMPAIGN_ACTORS];
    struct books_paths paths;
    int link_port;
    int headquarters_port;
    int64_t repeated; // replies that the gateway gave once more, by its own count before each kill
    int64_t answered_in_phase[CAMPAIGN_PHASES];
};

// Makes headquarters, signs people in and starts everything. The fixture's broker and gateway become actors.
void campaign_begin(struct campaign *campaign, struct fixture *fixture, uint64_t seed);

// Kills, stops and starts until the time is over.
void campaign_rage(struct campaign *campaign, int64_t seconds);

// Everything up, until each promise is answered and the recorder and the archive have all of the log;
// fails the test where that takes too long. Then prints the log into its file.
void campaign_settle(struct campaign *campaign);

// Ends what is not the fixture's.
void campaign_end(struct campaign *campaign);
