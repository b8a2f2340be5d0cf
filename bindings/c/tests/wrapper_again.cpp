// Includes the header from a second file, so that a function that is not inline fails to link.
#include "hemvist.hpp"
#include "hemvist.hpp"

hemvist::pool small_pool() {
    return hemvist::pool::from_json(R"({"format":"hemvist.pool/1","as_of":"2026-01-15","municipalities":[{"id":"1276"}],
        "children":[{"id":"c1","municipality":"1276","age":7,"placement":"long_term"},
                    {"id":"c2","municipality":"1276","age":8,"placement":"long_term"}]})");
}
