/* base/worker.c */
#include "base/worker.h"
