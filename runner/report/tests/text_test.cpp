#include "report/pattern.hpp"
#include "report/text.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace runner;

TEST_CASE("clean text keeps what XML can hold and replaces the rest") {
    CHECK(clean_text("plain\ttext\n") == "plain\ttext\n");
    CHECK(clean_text("a\x01\x07\x1f\x7f z\r") == "a z");
    CHECK(clean_text("\x1b[1;31mred\x1b[0m") == "red");
    CHECK(clean_text("\x1b[31") == "");
    CHECK(clean_text("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80") == "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST_CASE("bytes that are not UTF-8 become the replacement character") {
    const std::string mark = "\xEF\xBF\xBD";
    CHECK(clean_text("\xff") == mark);
    CHECK(clean_text("\xc3") == mark);                       // cut short
    CHECK(clean_text("\xc0\x80") == mark + mark);            // overlong
    CHECK(clean_text("\xed\xa0\x80") == mark + mark + mark); // surrogate
    CHECK(clean_text("\xef\xbf\xbf") == mark + mark + mark); // U+FFFF, which XML forbids
    CHECK(clean_text("\xf4\x90\x80\x80") == mark + mark + mark + mark);
}

TEST_CASE("times and timestamps have the form that consumers accept") {
    CHECK(junit_seconds(0.00312) == "0.003");
    CHECK(junit_seconds(-1) == "0.000");
    CHECK(junit_timestamp("2026-01-31T16:40:00.123Z") == "2026-01-31T16:40:00");
    CHECK(readable_seconds(0.0004) == "0.4 ms");
    CHECK(readable_seconds(0.031) == "31 ms");
    CHECK(readable_seconds(200) == "3 min 20 s");
}

TEST_CASE("shortened text ends at a character") {
    CHECK(shorten("four", 4) == "four");
    CHECK(shorten("a\xc3\xa9\xc3\xa9\xc3\xa9", 5) == "a\xE2\x80\xA6");
}

TEST_CASE("globs cover the whole text, patterns a part of it") {
    CHECK(glob_matches("NVIDIA H100*", "NVIDIA H100 80GB HBM3"));
    CHECK(glob_matches("*", ""));
    CHECK(glob_matches("a?c*e", "abcde"));
    CHECK_FALSE(glob_matches("H100", "NVIDIA H100"));
    CHECK(any_glob_matches("NVIDIA H100*|NVIDIA H200*", "NVIDIA H200"));
    CHECK(any_glob_matches("a*", "ab"));
    CHECK_FALSE(any_glob_matches("NVIDIA H100*|NVIDIA H200*", "NVIDIA H800"));
    CHECK_FALSE(any_glob_matches("", "x"));
    CHECK(contains_pattern("INVALID_VALUE", "CUDA_ERROR_INVALID_VALUE (1)"));
    CHECK(contains_pattern("OUT*(2)", "CUDA_ERROR_OUT_OF_MEMORY (2) == 0"));
    CHECK_FALSE(contains_pattern("?", "no question"));
}

TEST_CASE("driver versions compare by number over the parts of the limit") {
    CHECK(compare_version("580.159.04", "580.159.04") == 0);
    CHECK(compare_version("580.159.04", "580") == 0);
    CHECK(compare_version("580.9", "580.10") < 0);
    CHECK(compare_version("575.57.08", "580") < 0);
    CHECK(compare_version("590.1", "580.159.04") > 0);
}
