import Basics
import Mustache
