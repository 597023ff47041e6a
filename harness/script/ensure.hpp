#pragma once
#include "sim/world.hpp"

namespace script {

/// The world whose events are told when an ENSURE fails. Null: none.
void watch(const sim::World* world);

}  // namespace script
