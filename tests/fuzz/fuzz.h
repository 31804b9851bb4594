// fuzz.h - what the fuzz targets share. Each target is one file with LLVMFuzzerTestOneInput(): under
// clang libFuzzer drives it, elsewhere replay.c runs the seeds and the kept inputs through it.
//
// A target asserts properties, not examples: what decodes encodes again, and decodes to the same; a
// refusal always names a known code and a sentence.
#pragma once

#include <clinic/problem.h>
#include <clinic/status.h>

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

// Ends the program where the claim is false, also in builds without assert().
#define FUZZ_REQUIRE(claim) ((claim) ? (void)0 : fuzz_fail(#claim, __FILE__, __LINE__))
void fuzz_fail(const char *claim, const char *file, int line) __attribute__((noreturn));

void fuzz_require_known_problem(const struct clinic_problem *problem);
