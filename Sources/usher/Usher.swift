import ArgumentParser
import Configuration
@main struct Usher: ParsableCommand { func run() { print("usher") } }
