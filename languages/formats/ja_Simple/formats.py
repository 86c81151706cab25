# Easy Japanese: Japanese dates with a reading on every kanji.
DATE_FORMAT = "Y{年|ねん} n{月|がつ} j{日|にち}"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y{年|ねん} n{月|がつ} j{日|にち} H:i"
YEAR_MONTH_FORMAT = "Y{年|ねん} n{月|がつ}"
MONTH_DAY_FORMAT = "n{月|がつ} j{日|にち}"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
FIRST_DAY_OF_WEEK = 0
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d"]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
