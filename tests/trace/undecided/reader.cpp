// A reader of three events. It compiles as it stands, and with no one word of it amiss: each test
// of the list in tests/trace/CMakeLists.txt spoils one.
#include "sim/trace/reader.hpp"

struct Told {};
struct Known {};
struct Forgotten {};
struct Foreign {};

class Reader {
  public:
    bool read(const trace::OneOf<Told, Known, Forgotten>& body) {
        return trace::read(body, LeftOut(), [&](const auto& e) -> decltype(tell(e)) { tell(e); });
    }

  private:
    using LeftOut = trace::Events<Known
#ifndef FORGETS
                                  ,
                                  Forgotten
#endif
#ifdef DECIDES_TWICE
                                  ,
                                  Told
#endif
#ifdef NAMES_A_STRANGER
                                  ,
                                  Foreign
#endif
#ifdef NAMES_TWICE
                                  ,
                                  Known
#endif
                                  >;
    void tell(const Told&) { ++told_; }
    int told_ = 0;
};

bool read_by_a_reader() { return Reader().read(Told()); }
