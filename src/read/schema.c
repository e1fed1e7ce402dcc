/* read/schema.c */
#include "read/schema.h"
