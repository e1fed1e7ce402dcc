/* read/yaml.c */
#include "read/yaml.h"
