// What nearly every test includes; precompiled. Tests still include what they use.
#pragma once

#include "fixtures/child.hpp"
#include "fixtures/contents.hpp"
#include "fixtures/graphs.hpp"
#include "fixtures/observe.hpp"
#include "fixtures/results.hpp"
#include "fixtures/rungs/context.hpp"
#include "fixtures/rungs/granule.hpp"
#include "fixtures/rungs/mapped.hpp"
#include "fixtures/rungs/reserved.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
