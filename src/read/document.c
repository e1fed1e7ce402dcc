/* read/document.c */
#include "read/document.h"
