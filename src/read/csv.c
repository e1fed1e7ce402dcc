/* read/csv.c */
#include "read/csv.h"
