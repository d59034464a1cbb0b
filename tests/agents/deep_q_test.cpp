#include <lockstep/tests/support/catch.hpp>
