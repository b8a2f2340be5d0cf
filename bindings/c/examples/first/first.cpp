#include <iostream>
#include <iterator>
#include <string>
#include <hemvist.hpp>

int main() try {
    const std::string json{std::istreambuf_iterator<char>(std::cin), {}};
    const hemvist::pool pool = hemvist::pool::from_json(json);
    std::cout << hemvist::match(pool, hemvist::policy()).document() << '\n';
} catch (const hemvist::error &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
