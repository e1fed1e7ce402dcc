/* read/json.c */
#include "read/json.h"
