import { Desk } from '../desk/desk.tsx';
import { showPage } from './show-page.tsx';

showPage(
  <main class="page">
    <Desk />
  </main>,
);
