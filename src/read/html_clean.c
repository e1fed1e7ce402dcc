/* read/html_clean.c */
#include "read/html_clean.h"
