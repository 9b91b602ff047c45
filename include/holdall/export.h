// HOLDALL_EXPORT marks what the shared library shows; everything else is hidden, so that a process
// that also loads another copy of a library we use cannot mix the two up.
#pragma once

#if defined(__GNUC__)
#define HOLDALL_EXPORT __attribute__((visibility("default")))
#else
#define HOLDALL_EXPORT
#endif
