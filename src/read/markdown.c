/* read/markdown.c */
#include "read/markdown.h"
