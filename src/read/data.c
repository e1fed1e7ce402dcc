/* read/data.c */
#include "read/data.h"
