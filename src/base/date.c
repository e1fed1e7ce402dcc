/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/date.c - the proleptic Gregorian calendar in UTC */
#include "base/date.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Days and civil dates: Howard Hinnant, "chrono-compatible low-level date algorithms" (2013),
 * days_from_civil and civil_from_days: years begin in March, eras of 400 years. */
int32_t date_from_civil(int year, int month, int dom)
{
	int y = year - (month <= 2);
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + dom - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return (int32_t)(era * 146097 + doe - 719468);
}

void date_civil(int32_t day, int *year, int *month, int *dom)
{
	int z = day + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*dom = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

static bool two_digits(const char *p, int *value)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*value = (p[0] - '0') * 10 + (p[1] - '0');
	return true;
}

static int month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

bool date_parse(const char *p, size_t n, int32_t *day)
{
	int century, years, month, dom, year;

	if (n != 10 || p[4] != '-' || p[7] != '-' || !two_digits(p, &century) ||
	    !two_digits(p + 2, &years) || !two_digits(p + 5, &month) || !two_digits(p + 8, &dom))
		return false;
	year = century * 100 + years;
	if (month < 1 || month > 12 || dom < 1 || dom > month_days(year, month))
		return false;
	*day = date_from_civil(year, month, dom);
	return true;
}

static bool parse_zone(const char *p, size_t n, int *offset_minutes)
{
	int hours, minutes;

	*offset_minutes = 0;
	if (n == 1 && (*p == 'Z' || *p == 'z'))
		return true;
	if (n != 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':' || !two_digits(p + 1, &hours) ||
	    !two_digits(p + 4, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset_minutes = (hours * 60 + minutes) * (p[0] == '-' ? -1 : 1);
	return true;
}

bool date_parse_moment(const char *p, size_t n, int64_t *seconds, bool *has_zone)
{
	int32_t day;
	int hour, minute, second = 0, offset = 0;
	size_t i = 16;

	*has_zone = false;
	if (n < 10 || !date_parse(p, 10, &day))
		return false;
	*seconds = date_moment(day);
	if (n == 10)
		return true;
	if (n < 16 || (p[10] != 'T' && p[10] != 't' && p[10] != ' ') || p[13] != ':' ||
	    !two_digits(p + 11, &hour) || !two_digits(p + 14, &minute) || hour > 23 || minute > 59)
		return false;
	if (n >= 19 && p[16] == ':') {
		if (!two_digits(p + 17, &second) || second > 60)
			return false;
		i = 19;
		if (i < n && p[i] == '.') {
			size_t digits = 0;
			while (i + 1 + digits < n && p[i + 1 + digits] >= '0' &&
			       p[i + 1 + digits] <= '9')
				digits++;
			if (!digits)
				return false;
			i += 1 + digits;
		}
	}
	if (i < n) {
		if (!parse_zone(p + i, n - i, &offset))
			return false;
		*has_zone = true;
	}
	*seconds += hour * 3600 + minute * 60 + second - (int64_t)offset * 60;
	return true;
}

const char *date_format(char buf[DATE_TEXT], int32_t day)
{
	int year, month, dom;

	date_civil(day, &year, &month, &dom);
	snprintf(buf, DATE_TEXT, "%04d-%02d-%02d", year, month, dom);
	return buf;
}

const char *date_format_moment(char buf[DATE_TEXT], int64_t seconds)
{
	int32_t day = date_of_moment(seconds);
	int second = (int)(seconds - date_moment(day));
	size_t n = strlen(date_format(buf, day));

	snprintf(buf + n, DATE_TEXT - n, "T%02d:%02d:%02dZ", second / 3600, second / 60 % 60,
		 second % 60);
	return buf;
}

int64_t date_moment(int32_t day)
{
	return (int64_t)day * SECONDS_A_DAY;
}

int32_t date_of_moment(int64_t seconds)
{
	return (int32_t)(seconds / SECONDS_A_DAY - (seconds % SECONDS_A_DAY < 0));
}

int32_t date_today(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	if (epoch && *epoch && strspn(epoch, "0123456789") == strlen(epoch) && strlen(epoch) <= 12)
		return date_of_moment(strtoll(epoch, NULL, 10));
	return date_of_moment(time(NULL));
}
